import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Octokit } from "octokit";
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
const run: string = getInput("run");
const findBy = { token: getInput("token"), workflowRunId: Number(run), repositoryOwner: "octo", repositoryName: "cascade" };
const options = run === "" ? {} : { findBy };
try {
  if (name !== "") {
    writeFileSync("file.txt", "content of " + name);
    await client.uploadArtifact(name, ["file.txt"], process.cwd());
  }
  const { artifacts } = await client.listArtifacts(options);
  const contents = [];
  for (const artifact of artifacts) {
    const path = join(process.cwd(), "in", artifact.name);
    mkdirSync(path, { recursive: true });
    await client.downloadArtifact(artifact.id, { ...options, path, expectedHash: artifact.digest });
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
  run: { description: Another run to read, default: "" }
  token: { description: Token to read with, default: "\${{ github.token }}" }
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

const reader = `name: Read
on: { workflow_dispatch: { inputs: { run: { type: string } } } }
permissions: { contents: read, actions: read }
jobs:
  c:
    runs-on: ubuntu-latest
    outputs:
      contents: \${{ steps.keep.outputs.contents }}
    steps:
      - uses: actions/checkout@${pinned}
      - run: npm ci
      - uses: ./actions/keep
        id: keep
        with: { run: "\${{ inputs.run }}" }
`;

function contentsOf(attempt: RecordedAttempt): string[] {
  assert.ok(attempt.result);
  const text = jobOf(attempt.result, "c").outputs["contents"] ?? "[]";
  return (JSON.parse(text) as string[]).map((content) => content.replace("content of ", ""));
}

describe("artifacts with GitHub's own client", () => {
  it("go from job to job, to a re-run of failed jobs, but not to one of all jobs", async () => {
    using checkout = openCheckout(files);
    await using github = await openGitHub({ branches: { main: checkout.folder } });
    const run = await github.dispatch("keep.yml");
    const first = await github.finished(run);
    assert.deepEqual([first.conclusion, contentsOf(first)], ["failure", ["a.a1", "b.a1"]]);
    github.rerun(run, "failed");
    const second = await github.finished(run);
    assert.deepEqual([second.conclusion, contentsOf(second)], ["success", ["a.a1", "b.a1", "b.a2"]]);
    github.rerun(run, "all");
    assert.deepEqual(contentsOf(await github.finished(run)), ["a.a3", "b.a3"]);
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

  it("of another run are read through the API, and gone when they are removed", async () => {
    using checkout = openCheckout({ ...files, ".github/workflows/read.yml": reader });
    await using github = await openGitHub({
      branches: { main: checkout.folder },
      people: { alice: "write" },
    });
    const run = await github.dispatch("keep.yml");
    await github.finished(run);
    const inputs = { run: String(run.id) };
    const first = await github.finished(await github.dispatch("read.yml", { inputs }));
    assert.deepEqual(contentsOf(first), ["a.a1", "b.a1"]);
    const { rest } = new Octokit({ auth: github.tokenOf("alice"), baseUrl: github.url });
    const here = { owner: "octo", repo: "cascade" };
    const { data } = await rest.actions.listArtifactsForRepo({ ...here, name: "a.a1" });
    const id = data.artifacts[0]?.id ?? 0;
    assert.equal(
      (await rest.actions.getArtifact({ ...here, artifact_id: id })).data.workflow_run?.id,
      run.id,
    );
    await rest.actions.deleteArtifact({ ...here, artifact_id: id });
    const second = await github.finished(await github.dispatch("read.yml", { inputs }));
    assert.deepEqual(contentsOf(second), ["b.a1"]);
  });
});
