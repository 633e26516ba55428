import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempDisposableSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { askGit, commitOfClone } from "../../src/run/ask-git.ts";

/** A clone with one commit, and in it a folder that looks like a bare repository whose configuration names a program. */
function openClone(): {
  readonly root: string;
  readonly folder: string;
  readonly started: string;
} & Disposable {
  const { path: root, [Symbol.dispose]: dispose } = mkdtempDisposableSync(join(tmpdir(), "cascade-git-"));
  const folder = join(root, "runbooks/shop");
  const started = join(root, "started");
  const config = `[core]\nrepositoryformatversion = 0\nbare = false\nworktree = .\nfsmonitor = "touch ${started}; false"\n`;
  const files = {
    HEAD: "ref: refs/heads/main\n",
    config,
    "objects/x": "",
    "refs/x": "",
    "runbook.yml": "name: shop\n",
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const identity = ["-c", "user.name=somebody", "-c", "user.email=somebody@example.org"];
  for (const words of [
    ["init", "-q"],
    ["add", "."],
    [...identity, "commit", "-q", "-m", "All of it"],
  ]) {
    execFileSync("git", words, { cwd: root });
  }
  return { root, folder, started, [Symbol.dispose]: dispose };
}

describe("askGit()", () => {
  it("starts no program that files of a checkout name, as git alone does", async () => {
    using clone = openClone();
    execFileSync("git", ["-C", clone.folder, "status"], { stdio: "ignore" });
    assert.equal(existsSync(clone.started), true);
    using other = openClone();
    assert.equal(await commitOfClone(other.folder), undefined);
    await assert.rejects(askGit(other.folder, ["status"]), /bare repository/);
    assert.equal(existsSync(other.started), false);
  });

  it("tells the commit of the clone that a folder lies in, and whether something differs from it", async () => {
    using clone = openClone();
    const commit = (await askGit(clone.root, ["rev-parse", "HEAD"])).trim();
    assert.equal(await commitOfClone(clone.root), commit);
    writeFileSync(join(clone.folder, "runbook.yml"), "name: other\n");
    assert.equal(await commitOfClone(clone.root), `${commit}-dirty`);
    assert.equal(await commitOfClone(tmpdir()), undefined);
  });
});
