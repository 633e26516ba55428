import assert from "node:assert/strict";
import { cpSync, globSync, mkdirSync, mkdtempDisposableSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, it } from "node:test";
import { parse } from "yaml";
import { cascade } from "./cascade.ts";

describe("cascade workflow", () => {
  it("writes the file, compares it, and asks for its name in the recovery", async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "cascade-workflow-"));
    const relay = resolve("test/fixtures/relay");
    const before = process.cwd();
    process.chdir(folder.path);
    try {
      const first = await cascade(["workflow", relay]);
      assert.deepEqual(
        [first.code, first.stdout, first.stderr],
        [0, ".github/workflows/backfill-relay.yml\n", ""],
      );
      mkdirSync(".github/workflows", { recursive: true });
      const recovery = ".github/workflows/recover.yml";
      writeFileSync(recovery, "on:\n  workflow_run:\n    workflows:\n      - Backfill relay-two\n");
      const second = await cascade(["workflow", relay, "--check"]);
      assert.match(second.stderr, /^Name "Backfill relay" in \.github\/workflows\/recover\.yml/);
      writeFileSync(recovery, `${readFileSync(recovery, "utf8")}      - Backfill relay\n`);
      assert.equal((await cascade(["workflow", relay])).stderr, "");
      writeFileSync(first.stdout.trim(), "name: mine\n");
      const stale = await cascade(["workflow", relay, "--check"]);
      assert.match(stale.stderr, /^workflow-stale /);
    } finally {
      process.chdir(before);
    }
  });

  it("has all committed workflows as they are written together", async () => {
    const { code, stdout, stderr } = await cascade(["workflow", "--all", "--check"]);
    assert.equal(code, 0, stderr);
    const files = globSync(".github/workflows/*.yml").filter((file) => !/\/(?:ci|release)\.yml$/.test(file));
    assert.deepEqual(stdout.trim().split("\n").toSorted(), files.toSorted());
  });

  it("writes for a repository that depends on the package what finds the actions there", async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "cascade-workflow-"));
    cpSync("test/fixtures/relay", join(folder.path, "runbooks/relay"), { recursive: true });
    const before = process.cwd();
    process.chdir(folder.path);
    try {
      for (const broken of ["{", '{"dependencies": 7}']) {
        writeFileSync("package.json", broken);
        assert.match(
          (await cascade(["workflow", "relay"])).stderr,
          /^usage Cannot read package\.json: /,
          broken,
        );
      }
      writeFileSync("package.json", JSON.stringify({ devDependencies: { "cascade-backfill": "1" } }));
      assert.match((await cascade(["workflow", "relay"])).stderr, /^usage .*--save-prod/s);
      writeFileSync("package.json", JSON.stringify({ dependencies: { "cascade-backfill": "1" } }));
      const { stdout, stderr } = await cascade(["workflow", "--all"]);
      const files = ["backfill-relay", "commands", "preview", "recover", "watch"];
      assert.equal(stdout, files.map((name) => `.github/workflows/${name}.yml\n`).join(""), stderr);
      const texts = stdout
        .trim()
        .split("\n")
        .map((file) => readFileSync(file, "utf8"));
      const own = texts.flatMap((text) =>
        [...text.matchAll(/ uses: (\.\/.*\/)[a-z-]+$/gm)].map(([, at]) => at),
      );
      assert.deepEqual([...new Set(own)], ["./node_modules/cascade-backfill/actions/"]);
      assert.doesNotMatch(texts.join(""), /\bsrc\/|nba/);
      assert.match(texts[3] ?? "", /workflows:\n {6}- Backfill relay\n {4}types/);
      assert.equal((await cascade(["workflow", "--all", "--check"])).code, 0);
      writeFileSync(".github/workflows/watch.yml", "name: mine\n");
      const stale = await cascade(["workflow", "--all", "--check"]);
      assert.equal(stale.code, 1);
      assert.match(stale.stderr, /^workflow-stale .*watch\.yml".*cascade workflow --all/s);
    } finally {
      process.chdir(before);
    }
  });

  it("keeps who approves when all are compiled, whatever the environment is called, and loses it in no way", async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "cascade-workflow-"));
    cpSync("test/fixtures/relay", join(folder.path, "runbooks/relay"), { recursive: true });
    const before = process.cwd();
    process.chdir(folder.path);
    try {
      const path = ".github/workflows/backfill-relay.yml";
      for (const name of ["it's  prod", "a --approval b", "$(touch x)"]) {
        assert.equal((await cascade(["workflow", "relay", "--approval", name])).code, 0);
        const text = readFileSync(path, "utf8");
        assert.equal(parse(text).jobs.approve.environment, name);
        const all = await cascade(["workflow", "--all"]);
        assert.equal(all.code, 0, all.stderr);
        assert.equal(readFileSync(path, "utf8"), text);
      }
      for (const name of ["pro`d", "${{ secrets.KEY }}", "one\ntwo", ""]) {
        const { code, stderr } = await cascade(["workflow", "relay", `--approval=${name}`]);
        assert.deepEqual([code, stderr.slice(0, 6)], [2, "usage "], name);
      }
      writeFileSync(path, readFileSync(path, "utf8").split("\n").slice(1).join("\n"));
      const lost = await cascade(["workflow", "--all"]);
      assert.equal(lost.code, 2);
      assert.match(lost.stderr, /^usage .*does not say how it was compiled/s);
    } finally {
      process.chdir(before);
    }
  });

  it("writes no recovery that would follow nothing, where there is no runbook", async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "cascade-workflow-"));
    const before = process.cwd();
    process.chdir(folder.path);
    try {
      const { code, stderr } = await cascade(["workflow", "--all"]);
      assert.deepEqual([code, globSync(".github/**")], [2, []], stderr);
    } finally {
      process.chdir(before);
    }
  });

  it("compiles no folder whose name the workflow would take for an expression", async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "cascade-workflow-"));
    const named = join(folder.path, "${{ github.token }}/relay");
    cpSync("test/fixtures/relay", named, { recursive: true });
    const { code, stderr } = await cascade(["workflow", named]);
    assert.equal(code, 2);
    assert.match(stderr, /^workflow-limit /);
  });
});
