import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { planFileSchema, renderPlanFile, selectionOfPlan } from "../../src/github/plan-file.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { day } from "../plan/small-runbook.ts";

const range = { from: day("2024-01-01"), to: day("2024-01-05") };
const dates = [range.from, range.to];
const plan: Plan = {
  runbook: "small",
  range,
  digest: "d1ge57",
  cells: [],
  waves: [],
  skipped: [
    {
      processor: "P1",
      dates: [range.to],
      reason: { kind: "blocked-by", upstream: "P0", date: range.from, command: "run", mayDepend: true },
    },
  ],
  totals: { units: 0, cells: 0, upToDate: 0, blocked: 1, processors: 1 },
};
const head = {
  runId: "gh-7-1",
  commit: "c".repeat(40),
  runbook: "digest",
  folder: "runbooks/small",
  warehouse: "duckdb",
  plannedAt: "2024-02-01T00:00:00.000Z",
  isDryRun: false,
  requestedBy: "octocat",
  round: 0,
  gates: [],
};

describe("the file of a plan", () => {
  it("is read by the jobs whatever a plan leaves out, also what only may depend on something", () => {
    const read = planFileSchema.parse(JSON.parse(renderPlanFile({ ...head, plan })));
    assert.equal(read.plan.skipped[0]?.mayDepend, true);
  });

  it("selects what was asked for: the dates that were named and not all between them, all processors where none was", () => {
    for (const [named, selected] of [
      [{ dates }, { range, dates, processors: ["P1"] }],
      [{}, { range, processors: ["P1"] }],
      [{ isOfAll: true }, { range }],
    ] as const) {
      const file = planFileSchema.parse(JSON.parse(renderPlanFile({ ...head, ...named, plan })));
      assert.deepEqual(selectionOfPlan(file), selected);
    }
  });
});
