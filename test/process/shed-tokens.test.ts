import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, it } from "node:test";

const hasProc = existsSync("/proc/self/environ");

function startJob(environment: Readonly<Record<string, string>>): readonly string[] {
  const env = { PATH: process.env["PATH"] ?? "", ...environment };
  const args = ["--disable-warning=ExperimentalWarning", "test/process/shedding-job.ts"];
  return execFileSync(process.execPath, args, { encoding: "utf8", env }).trim().split("\n");
}

describe("shedTokens()", { skip: hasProc ? false : "no /proc to look into" }, () => {
  it("leaves no token of the job in the environment or arguments of any process that a command can read", () => {
    const lines = startJob({
      ACTIONS_RUNTIME_TOKEN: "stolen-runtime",
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: "stolen-identity",
      GITHUB_TOKEN: "stolen-job",
      "INPUT_GITHUB-TOKEN": "stolen-input",
      GOOGLE_APPLICATION_CREDENTIALS: "/stolen-path",
      CASCADE_SECRET_HOOK: "stolen-webhook",
    });
    assert.deepEqual(lines, [
      "looked at ancestors",
      "job has stolen-runtime stolen-input",
      "handover undefined  exited",
    ]);
  });

  it("is what keeps them away: a process that began with a token shows it", () => {
    const lines = startJob({ UNSHED: "stolen-otherwise" });
    assert.ok(lines.includes("FOUND stolen-otherwise in ancestor environ"));
  });
});
