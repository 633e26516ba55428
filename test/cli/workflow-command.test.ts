import assert from "node:assert/strict";
import { mkdirSync, mkdtempDisposableSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, it } from "node:test";
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
});
