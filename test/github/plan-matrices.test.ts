import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { countLegs, matricesOf, minutesOf } from "../../src/github/plan-matrices.ts";
import { planBackfill } from "../../src/plan/plan-backfill.ts";
import type { Work } from "../../src/plan/plan.ts";
import { day, edge, freshState, processor, runbook, season } from "../plan/small-runbook.ts";

const book = runbook([], [processor("P", []), processor("Q", [edge("P")])]);
const calendar = ["2021-01-01", "2021-02-01", "2021-03-01", "2021-04-01"].flatMap((from) =>
  season(from, from, 10),
);
const selection = { range: { from: day("2021-01-01"), to: day("2021-12-31") } };

function matricesBy(work: Work) {
  const plan = planBackfill(book, freshState(book, calendar), { ...selection, cellsPer: work });
  const matrices = matricesOf(book, plan, { calendar, work });
  return { matrices, minutes: minutesOf(matrices, { cells: plan.cells, secondsOf: work.secondsOf }) };
}

describe("matricesOf()", () => {
  it("joins short cells of a processor to legs of the work that is asked, others stay alone", () => {
    const { matrices } = matricesBy({ seconds: 300, secondsOf: new Map([["P", 12]]) });
    assert.deepEqual(matrices["P"], [
      { id: "P-2021-01-01-2021-01-10, P-2021-02-01-2021-02-10", title: "2021-01-01 to 2021-02-10" },
      { id: "P-2021-03-01-2021-03-10, P-2021-04-01-2021-04-10", title: "2021-03-01 to 2021-04-10" },
    ]);
    assert.equal(matrices["Q"]?.length, 4, "nobody knows how long it takes");
  });

  it("begins with the dates that the runbook wants first", () => {
    const newest = { ...book, dateOrder: "newest" } as const;
    const plan = planBackfill(newest, freshState(newest, calendar), selection);
    const legs = matricesOf(newest, plan, { calendar })["Q"] ?? [];
    assert.deepEqual(
      legs.map((leg) => (typeof leg === "string" ? leg : leg.id)),
      ["04", "03", "02", "01"].map((month) => `Q-2021-${month}-01-2021-${month}-10`),
    );
  });

  it("joins none without the work to go by", () => {
    const plan = planBackfill(book, freshState(book, calendar), selection);
    assert.equal(countLegs(matricesOf(book, plan, { calendar })), 8);
  });
});

describe("minutesOf()", () => {
  it("counts a minute for each job, plan and report too, and more where work takes longer", () => {
    const known = new Map([["P", 12]]);
    assert.equal(matricesBy({ seconds: 300, secondsOf: known }).minutes, 2 * 4 + 4 + 2);
    assert.equal(matricesBy({ seconds: 120, secondsOf: known }).minutes, 4 * 2 + 4 + 2);
    assert.equal(matricesBy({ seconds: 300, secondsOf: new Map() }).minutes, 8 + 2);
  });
});
