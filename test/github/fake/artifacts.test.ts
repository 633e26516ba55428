import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { jobOf } from "../runner/run-result.ts";
import { openCheckout } from "../runner/small-checkout.ts";
import { openGitHub } from "./open-github.ts";
import type { RecordedAttempt } from "./recorded-run.ts";

const pinned = "0".repeat(40);

/** An action that uploads a file under a name, then downloads and lists everything that is there. */
const action = `import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DefaultArtifactClient } from "@actions/artifact";
import { getInput, setFailed, setOutput } from "@actions/core";

const client = new DefaultArtifactClient();
const name: string = getInput("name");
try {
  if (name !== "") {
    writeFileSync("file.txt", "content of " + name);
    await client.uploadArtifact(name, ["file.txt"], process.cwd());
  }
  const { artifacts } = await client.listArtifacts();
  const contents = [];
  for (const artifact of artifacts) {
    const path = join(process.cwd(), "in", artifact.name);
    mkdirSync(path, { recursive: true });
    await client.downloadArtifact(artifact.id, { path, expectedHash: artifact.digest });
    contents.push(readFileSync(join(path, "file.txt"), "utf8"));
  }
  setOutput("contents", JSON.stringify(contents.toSorted()));
} catch (error) {
  setFailed(error);
}
`;

const files = {
  "package-lock.json": "{}",
  "actions/keep/action.yml": `name: Keep
description: Uploads one file, lists and downloads all
inputs:
  name: { description: Name of the artifact, default: "" }
outputs:
  contents: { description: What is there }
runs: { using: node24, main: index.ts }
`,
  "actions/keep/index.ts": action,
  ".github/workflows/keep.yml": `name: Keep
on: workflow_dispatch
permissions: { contents: read }
jobs:
  a:
    runs-on: ubuntu-latest
    steps: &steps
      - uses: actions/checkout@${pinned}
      - run: npm ci
      - uses: ./actions/keep
        id: keep
        with: { name: "\${{ github.job }}.a\${{ github.run_attempt }}" }
      - run: test "$JOB" = a -o "$ATTEMPT" -gt 1
        env: { JOB: "\${{ github.job }}", ATTEMPT: "\${{ github.run_attempt }}" }
  b:
    needs: a
    runs-on: ubuntu-latest
    steps: *steps
  c:
    needs: [a, b]
    if: "!cancelled()"
    runs-on: ubuntu-latest
    outputs:
      contents: \${{ steps.keep.outputs.contents }}
    steps:
      - uses: actions/checkout@${pinned}
      - run: npm ci
      - uses: ./actions/keep
        id: keep
`,
};

function contentsOf(attempt: RecordedAttempt): string[] {
  assert.ok(attempt.result);
  const text = jobOf(attempt.result, "c").outputs["contents"] ?? "[]";
  return (JSON.parse(text) as string[]).map((content) => content.replace("content of ", ""));
}

describe("artifacts with GitHub's own client", () => {
  it("go from job to job, and from attempt 1 to a re-run of failed jobs", async () => {
    using checkout = openCheckout(files);
    await using github = await openGitHub({ branches: { main: checkout.folder } });
    const run = await github.dispatch("keep.yml");
    const first = await github.finished(run);
    assert.deepEqual([first.conclusion, contentsOf(first)], ["failure", ["a.a1", "b.a1"]]);
    github.rerun(run, "failed");
    const second = await github.finished(run);
    assert.deepEqual([second.conclusion, contentsOf(second)], ["success", ["a.a1", "b.a1", "b.a2"]]);
  });

  it("are not seen by a re-run of all jobs", async () => {
    using checkout = openCheckout(files);
    await using github = await openGitHub({ branches: { main: checkout.folder } });
    const run = await github.dispatch("keep.yml");
    await github.finished(run);
    github.rerun(run, "all");
    assert.deepEqual(contentsOf(await github.finished(run)), ["a.a2", "b.a2"]);
  });

  it("are immutable: a taken name is a conflict", async () => {
    using checkout = openCheckout({
      ...files,
      ".github/workflows/keep.yml": files[".github/workflows/keep.yml"].replaceAll(
        "${{ github.job }}.a${{ github.run_attempt }}",
        "same",
      ),
    });
    await using github = await openGitHub({ branches: { main: checkout.folder } });
    const { result } = await github.finished(await github.dispatch("keep.yml"));
    assert.ok(result);
    const [leg] = jobOf(result, "b").legs;
    assert.match(leg?.annotations[0]?.message ?? "", /409.*an artifact with this name already exists/);
  });
});
