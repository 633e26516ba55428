import assert from "node:assert/strict";
import { mkdirSync, mkdtempDisposableSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { getOctokit } from "@actions/github";
import { listTrusted } from "../../../src/github/state/find-state.ts";
import { commitFolder, storeObject } from "../fake/git-objects.ts";
import { openGitHub } from "../fake/open-github.ts";

const workflow = "backfill-x.yml";
const wanted = { workflow, defaultBranch: "main" };

describe("listTrusted()", () => {
  it("takes no run of a tag that is called like the default branch", async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "cascade-refs-"));
    writeWorkflow(folder.path, "Backfill x");
    await using github = await openGitHub({ branches: { main: folder.path }, people: { octocat: "write" } });
    const { state, url } = github;
    const client = getOctokit(github.tokenOf("octocat"), { baseUrl: url });
    const job = { owner: "octo", repository: "cascade" };
    const ids = async (): Promise<readonly number[]> =>
      (await Array.fromAsync(listTrusted(client, job, wanted))).map(({ id }) => id);

    const own = await github.dispatch(workflow);
    assert.deepEqual(await ids(), [own.id]);
    const tree = storeObject(state, {
      kind: "tree",
      folder: folder.path,
      files: new Map([["evil", "code"]]),
    });
    const commit = { kind: "commit", tree, parents: [], message: "", author: "mallory", date: "" } as const;
    state.refs.set("refs/tags/main", storeObject(state, commit));
    const tagged = await github.dispatch(workflow, { ref: "refs/tags/main" });
    await github.settle();
    assert.equal(tagged.event.ref, "refs/tags/main");
    assert.deepEqual(await ids(), [own.id]);

    commitFolder(state, "main", folder.path);
    const later = await github.dispatch(workflow, { ref: "refs/heads/main" });
    await github.settle();
    assert.deepEqual(new Set(await ids()), new Set([own.id, later.id]), "also when the branch has moved on");
  });
});

function writeWorkflow(folder: string, name: string): void {
  const workflows = join(folder, ".github/workflows");
  mkdirSync(workflows, { recursive: true });
  const jobs = { plan: { "runs-on": "ubuntu-24.04", if: false, steps: [{ run: "true" }] } };
  writeFileSync(join(workflows, workflow), JSON.stringify({ name, on: { workflow_dispatch: {} }, jobs }));
}
