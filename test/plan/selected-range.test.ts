import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { usualRange } from "../../src/plan/calendar/selected-range.ts";
import { readRunbook } from "../../src/run/read-runbook.ts";
import { validRunbook } from "../runbook/small-runbook.ts";

const second =
  "  - { period: second, expected: { from: 0, to: 0.1 }, allowed: [TOO_FEW], exceeded: { action: investigate } }\n";

describe("the range that nobody names", () => {
  it("is the periods whose rate has a maximum, without those that only expect one", () => {
    const runbook = validRunbook(["runbook.yml", "budgets:\n", `budgets:\n${second}`]);
    assert.deepEqual(usualRange(runbook), { from: "2024-01-01", to: "2024-01-10" });
  });

  it("is the periods with a budget where none has a maximum", () => {
    const runbook = validRunbook(
      ["runbook.yml", "    maximum: 0.6\n", ""],
      ["runbook.yml", "budgets:\n", `budgets:\n${second}`],
    );
    assert.deepEqual(usualRange(runbook), { from: "2024-01-01", to: "2024-01-20" });
  });

  it("is November and December in the worked example", async () => {
    assert.deepEqual(usualRange(await readRunbook("nba-cascade")), { from: "2021-11-01", to: "2021-12-31" });
  });
});
