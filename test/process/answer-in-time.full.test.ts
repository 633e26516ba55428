import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { jobEnvironment } from "../github/runner/job-environment.ts";
import { nodeBinary } from "../github/runner/node-binary.ts";

/** Starts a job whose statement never ends, with a clock whose minutes are short, and gives what it prints. */
function startEndless(mode: string, environment: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), "cascade-endless-"));
  const clock = join(import.meta.dirname, "fast-clock.mjs");
  const job = join(import.meta.dirname, "endless-job.ts");
  const { status, stdout } = spawnSync(nodeBinary, ["--import", clock, job, mode], {
    encoding: "utf8",
    timeout: 120_000,
    env: {
      PATH: process.env["PATH"] ?? "",
      GITHUB_ACTIONS: "true",
      ...jobEnvironment,
      RUNNER_TEMP: folder,
      ...environment,
    },
  });
  rmSync(folder, { recursive: true, force: true });
  assert.equal(status, 1, stdout);
  return stdout;
}

describe("startAction()", () => {
  it("gives a statement that answers a comment 5 minutes", () => {
    assert.match(startEndless("read"), /Cannot wait: it took longer than 5 minutes/);
  });

  it("gives a statement that builds 30 minutes", () => {
    assert.match(startEndless("write"), /Cannot wait: it took longer than 30 minutes/);
  });

  it("gives both what the environment says", () => {
    for (const mode of ["read", "write"]) {
      const printed = startEndless(mode, { CASCADE_STATEMENT_SECONDS: "1" });
      assert.match(printed, /Cannot wait: it took longer than 1000 ms/);
    }
  });
});
