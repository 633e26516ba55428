import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { planBackfill } from "../../../src/plan/plan-backfill.ts";
import { blockedCauses, blockedText } from "../../../src/plan/units/blocked-causes.ts";
import { planJson } from "../../../src/plan/approval/plan-json.ts";
import type { Runbook } from "../../../src/runbook/runbook.ts";
import { day, edge, freshState, processor, runbook, season, source, table } from "../small-runbook.ts";

const january = season("2021", "2021-01-01", 20);
const chain: Runbook = runbook(
  [source("raw")],
  [
    processor("P", [edge("raw")]),
    processor("Q", [edge("P", { kind: "season-to-date" })]),
    processor("R", [edge("Q")]),
  ],
);
const range = { from: day("2021-01-01"), to: day("2021-01-20") };

describe("blockedCauses()", () => {
  it("names one cause for all that waits for it, through what waits itself", () => {
    const state = freshState(chain, january);
    state.content.get(table("raw"))?.delete(day("2021-01-10"));
    const plan = planBackfill(chain, state, { range });
    const causes = blockedCauses(chain, plan);
    assert.equal(causes.length, 1);
    assert.equal(causes[0]?.partitions, plan.totals.blocked);
    assert.deepEqual(causes.map(blockedText), [
      "21 partitions wait for test.raw 2021-01-10: P, Q, R, from 2021-01-10",
    ]);
    assert.equal(causes[0]?.command, "cascade gaps small --start-date 2021-01-10 --end-date 2021-01-10");
  });

  it("names a source that lacks several dates once, over all of them", () => {
    const state = freshState(chain, january);
    for (const date of ["2021-01-10", "2021-01-12"]) state.content.get(table("raw"))?.delete(day(date));
    const causes = blockedCauses(chain, planBackfill(chain, state, { range }));
    assert.deepEqual(
      causes.map(({ upstream, dates }) => [upstream, dates]),
      [["test.raw", ["2021-01-10", "2021-01-12"]]],
    );
    assert.ok(causes[0]?.command.endsWith("--start-date 2021-01-10 --end-date 2021-01-12"));
  });

  it("tells apart what only may depend on it, since `last-games` need not reach so far", () => {
    const games = { kind: "last-games", rows: 3 } as const;
    const forms: Runbook = runbook(
      [source("raw")],
      [
        processor("P", [edge("raw")]),
        processor("FORM", [edge("P", games)]),
        processor("BOTH", [edge("P", games), edge("P", { kind: "previous-days", days: 2 })]),
        processor("READER", [edge("FORM")]),
      ],
    );
    const state = freshState(forms, january);
    state.content.get(table("raw"))?.delete(day("2021-01-10"));
    const plan = planBackfill(forms, state, { range });
    const told = plan.skipped.flatMap(({ processor: id, dates, reason }) =>
      reason.kind === "blocked-by"
        ? dates.map((date) => [id, date.slice(-2), reason.mayDepend === true])
        : [],
    );
    const later = Array.from({ length: 10 }, (_, index) => String(index + 11));
    assert.deepEqual(
      told.filter(([id]) => id === "P"),
      [["P", "10", false]],
    );
    assert.deepEqual(
      told.filter(([id]) => id === "FORM"),
      later.map((date) => ["FORM", date, true]),
    );
    assert.deepEqual(
      told.filter(([id]) => id === "BOTH"),
      later.map((date) => ["BOTH", date, date !== "11" && date !== "12"]),
    );
    assert.ok(told.every(([id, , mayDepend]) => id !== "READER" || mayDepend === false));
    assert.deepEqual(blockedCauses(forms, plan).map(blockedText), [
      "31 partitions wait for test.raw 2021-01-10 (28 of them may depend on it: last-games): P, FORM, BOTH, READER, from 2021-01-10",
    ]);
    const json = planJson(plan).skipped.filter(({ processor: id }) => id === "FORM");
    assert.ok(json.every(({ mayDepend }) => mayDepend === true));
  });

  it("names nothing where nothing waits", () => {
    assert.deepEqual(blockedCauses(chain, planBackfill(chain, freshState(chain, january), { range })), []);
  });
});
