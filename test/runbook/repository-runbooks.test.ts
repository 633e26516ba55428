import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { parseRunbook } from "../../src/runbook/parse-runbook.ts";
import { formatProblem } from "../../src/runbook/problem.ts";
import type { Runbook } from "../../src/runbook/runbook.ts";
import { runbookFiles, runbookNames } from "./repository-runbooks.ts";

describe("runbooks of the repository", () => {
  for (const name of runbookNames) {
    it(`have no problem: ${name}`, async () => {
      const parsed = parseRunbook({ folder: name, name, files: await runbookFiles(name) });
      assert.deepEqual(parsed.kind === "ok" ? [] : parsed.problems.map(formatProblem), []);
    });
  }
});

describe("runbooks/README.md", () => {
  it("shows a runbook that lacks nothing but its files", async () => {
    const readme = await readFile(join(import.meta.dirname, "..", "..", "runbooks", "README.md"), "utf8");
    const example = /```yaml\n(name: [^]*?)```/.exec(readme)?.[1] ?? "";
    const parsed = parseRunbook({
      folder: "x",
      name: "web-events",
      files: new Map([["runbook.yml", example]]),
    });
    const problems = parsed.kind === "ok" ? [] : parsed.problems.map(({ message }) => message);
    assert.ok(problems.length > 0);
    assert.deepEqual(
      problems.filter((message) => !/^Unknown (?:file|upstream "OTHER")/.test(message)),
      [],
    );
  });
});

describe("web-events", () => {
  it("has SQL and command steps, on days instead of games", async () => {
    const { processors, calendar } = await webEvents();
    assert.equal(calendar.origin.kind, "rule");
    assert.deepEqual(
      processors.map(({ id, step }) => [id, step.kind]),
      [
        ["SESS", "sql"],
        ["COHORT", "command"],
      ],
    );
  });

  it("reads the seven days before a cohort", async () => {
    const { processors } = await webEvents();
    assert.deepEqual(processors[1]?.reads[0], {
      table: "web_analytics.sessions",
      window: { kind: "previous-days", days: 7 },
      failures: false,
      origin: "reads",
    });
  });
});

async function webEvents(): Promise<Runbook> {
  const parsed = parseRunbook({ folder: "x", name: "web-events", files: await runbookFiles("web-events") });
  assert.equal(parsed.kind, "ok");
  return parsed.runbook;
}
