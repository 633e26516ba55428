import assert from "node:assert/strict";
import { mkdirSync, mkdtempDisposableSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, it } from "node:test";
import { captureCommand } from "../../src/cli/run-line.ts";
import { workflowCommand } from "../../src/cli/workflow-command.ts";

describe("cascade workflow", () => {
  it("writes the file, compares it, and asks for its name in the recovery", async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "cascade-workflow-"));
    const relay = resolve("test/fixtures/relay");
    const before = process.cwd();
    process.chdir(folder.path);
    try {
      const first = await captureCommand(workflowCommand, [relay]);
      assert.deepEqual(
        [first.exitCode, first.out, first.notes],
        [0, ".github/workflows/backfill-relay.yml", ""],
      );
      mkdirSync(".github/workflows", { recursive: true });
      const recovery = ".github/workflows/recover.yml";
      writeFileSync(recovery, "on:\n  workflow_run:\n    workflows:\n      - Backfill relay-two\n");
      const second = await captureCommand(workflowCommand, [relay, "--check"]);
      assert.match(second.notes, /^Name "Backfill relay" in \.github\/workflows\/recover\.yml/);
      writeFileSync(recovery, `${readFileSync(recovery, "utf8")}      - Backfill relay\n`);
      assert.equal((await captureCommand(workflowCommand, [relay])).notes, "");
      writeFileSync(first.out, "name: mine\n");
      await assert.rejects(captureCommand(workflowCommand, [relay, "--check"]), { code: "workflow-stale" });
    } finally {
      process.chdir(before);
    }
  });
});
