import assert from "node:assert/strict";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempDisposableSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { getOctokit } from "@actions/github";
import { fetchRunbookAt } from "../../../src/github/commands/pull-runbook.ts";
import { openGitHub } from "../fake/open-github.ts";
import { actionsBot } from "../fake/state.ts";

const home = "runbooks/web-events";

describe("fetchRunbookAt()", () => {
  it("gives a commit's runbook, and asks only for what the checkout has otherwise", async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "cascade-pull-"));
    const change = join(folder.path, "change");
    cpSync(home, join(change, home), { recursive: true });
    appendFileSync(join(change, home, "runbook.yml"), "# Reviewed.\n");
    rmSync(join(change, home, "waivers.yml"), { force: true });
    await using github = await openGitHub({ branches: { main: change } });
    github.state.tokens.set("ghs_read", { login: actionsBot, permissions: { contents: "read" } });
    const client = getOctokit("ghs_read", { baseUrl: github.url });
    const job = { owner: "octo", repository: "cascade" };
    const commit = github.state.refs.get("refs/heads/main") ?? "";

    const target = join(folder.path, "fetched");
    await fetchRunbookAt(client, job, { runbook: "web-events", commit, folder: target });
    assert.deepEqual(filesIn(target), filesIn(join(change, home)));
    assert.equal(
      readFileSync(join(target, "runbook.yml"), "utf8"),
      readFileSync(join(change, home, "runbook.yml"), "utf8"),
    );
    assert.deepEqual(
      github.requests.map(({ operation }) => operation),
      ["git/get-commit", "git/get-tree", "git/get-blob"],
    );
    await assert.rejects(fetchRunbookAt(client, job, { runbook: "nba-cascade", commit, folder: target }), {
      code: "unknown-name",
    });
  });
});

describe("fetchRunbookAt() of a hostile commit", () => {
  it("asks for no file where there are links, or too many files or bytes", async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "cascade-pull-"));
    const change = join(folder.path, "change");
    cpSync(home, join(change, home), { recursive: true });
    symlinkSync("/etc/hostname", join(change, home, "sql/host.sql"));
    for (let index = 0; index < 500; index += 1) writeFileSync(join(change, home, `${index}.sql`), "");
    for (let index = 0; index < 5; index += 1)
      writeFileSync(join(change, home, `${index}.sql`), " ".repeat(4_500_000));
    await using github = await openGitHub({ branches: { main: change } });
    github.state.tokens.set("ghs_read", { login: actionsBot, permissions: { contents: "read" } });
    const client = getOctokit("ghs_read", { baseUrl: github.url });
    const commit = github.state.refs.get("refs/heads/main") ?? "";
    const target = join(folder.path, "fetched");
    const wanted = { runbook: "web-events", commit, folder: target };
    await assert.rejects(fetchRunbookAt(client, { owner: "octo", repository: "cascade" }, wanted), {
      code: "runbook-invalid",
      message:
        /3 problems[^]*host\.sql:1:1 It is a symbolic link[^]* files, over 500[^]* bytes, over 20000000/,
    });
    assert.equal(existsSync(target), false);
    assert.deepEqual(
      github.requests.map(({ operation }) => operation),
      ["git/get-commit", "git/get-tree"],
    );
  });
});

function filesIn(folder: string): readonly string[] {
  const entries = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return entries.toSorted();
}
