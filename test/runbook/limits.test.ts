import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseChanged, problemsAfter } from "./small-runbook.ts";

const place = ["runbook.yml", "phases: {"] as const;

describe("limits of a runbook", () => {
  it("are read with their units, and change no definition", () => {
    const text =
      "limits: { statement-bytes: 2 TiB, statement-minutes: 90, parallel: 4, priority: batch, labels: { team: data } }\nphases: {";
    const [plain, parsed] = [parseChanged(), parseChanged([...place, text])];
    assert.ok(parsed.kind === "ok" && plain.kind === "ok");
    assert.deepEqual(parsed.runbook.limits, {
      statementBytes: 2 * 2 ** 40,
      statementMinutes: 90,
      parallel: 4,
      priority: "batch",
      labels: { team: "data" },
    });
    assert.deepEqual(
      parsed.runbook.processors.map(({ definition }) => definition),
      plain.runbook.processors.map(({ definition }) => definition),
    );
  });

  it("are refused where no service would take them", () => {
    const text =
      'limits: { statement-bytes: "12", statement-minutes: 400, parallel: 0, reservation: mine, labels: { run: x, A: b } }\nphases: {';
    const problems = problemsAfter([...place, text]);
    assert.deepEqual(
      problems.map((problem) => /"?([\w-]+)"?: expected|"([\w-]+)"/.exec(problem)?.slice(1).find(Boolean)),
      ["statement-bytes", "statement-minutes", "parallel", "reservation", "run", "A"],
      problems.join("\n"),
    );
  });
});
