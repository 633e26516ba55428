import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { judgeStaleness } from "../../../src/plan/approval/judge-staleness.ts";
import { planBackfill } from "../../../src/plan/plan-backfill.ts";
import {
  parsePlanRecord,
  renderPlanRecord,
  type ApprovedPlan,
} from "../../../src/plan/approval/plan-record.ts";
import type { Selection, WarehouseState } from "../../../src/plan/plan.ts";
import type { Runbook } from "../../../src/runbook/runbook.ts";
import {
  day,
  edge,
  freshState,
  processor,
  rows,
  runbook,
  season,
  setContent,
  settledState,
  source,
  table,
} from "../small-runbook.ts";

const book = runbook(
  [source("raw")],
  [processor("P", [edge("raw", { kind: "previous-days", days: 1 })]), processor("Q", [edge("P")])],
);
const calendar = [...season("a", "2021-01-01", 6), ...season("a", "2021-02-01", 3)];
const selection: Selection = { range: { from: day("2021-01-02"), to: day("2021-02-02") } };

describe("parsePlanRecord()", () => {
  it("gives back selection and units, whichever dates a plan has", () => {
    const all = calendar.map(({ date }) => date);
    fc.assert(
      fc.property(fc.subarray(all), fc.subarray(all), (first, second) => {
        const cells = [
          { processor: "P", dates: first },
          { processor: "Q", dates: second.slice(0, 2) },
          { processor: "Q", dates: second.slice(2) },
        ].map((cell) => ({ ...cell, id: "", phase: 3, needs: [], reasons: new Map() }));
        const record = renderPlanRecord({ digest: "d", cells }, { selection, calendar });
        assert.deepEqual(parsePlanRecord(record, calendar), {
          digest: "d",
          selection,
          units: [
            { processor: "P", dates: first },
            { processor: "Q", dates: second },
          ],
        });
      }),
    );
  });

  it("refuses what is no record", () => {
    assert.equal(parsePlanRecord({ digest: "d", selection: "{}", units: "{}" }, calendar), undefined);
    assert.equal(
      parsePlanRecord({ digest: "d", selection: '{"range":{}}', units: "-" }, calendar),
      undefined,
    );
  });
});

describe("judgeStaleness()", () => {
  it("finds nothing changed when the plan has been carried out, whatever it was for", () => {
    for (const own of [selection, { ...selection, force: true }, { ...selection, processors: ["P"] }]) {
      assert.deepEqual(judged(approve(own), settled()), { isDigestKept: true, outside: [] });
    }
  });

  it("finds nothing changed while it has not been carried out", () => {
    assert.deepEqual(judged(approve(selection), freshState(book, calendar)), {
      isDigestKept: true,
      outside: [],
    });
  });

  it("sees that what it reads has changed, and what that leaves to build", () => {
    const state = settled();
    setContent(state, table("raw"), { date: day("2021-01-04"), content: rows("corrected") });
    const planned = { ...approve(selection), units: approve(selection).units.slice(0, 1) };
    assert.equal(judged(approve(selection), state).isDigestKept, false);
    assert.deepEqual(
      judged(planned, state).outside.map(({ processor: id, date, reason }) => [id, date, reason.kind]),
      [["Q", "2021-01-05", "downstream-of"]],
    );
  });

  it("sees another policy, and dates that came into the calendar", () => {
    const changed = {
      ...book,
      periods: [{ id: "x", title: "X", from: day("2021-01-01"), to: day("2021-01-02") }],
    };
    assert.equal(judged(approve(selection), settled(), changed).isDigestKept, false);
    const later = {
      ...settled(),
      calendar: [...calendar.slice(0, 6), ...season("a", "2021-01-20", 1), ...calendar.slice(6)],
    };
    assert.equal(judged(approve(selection), later).isDigestKept, false);
  });
});

/** A plan that was made before anything was built. */
function approve(own: Selection): ApprovedPlan {
  const { digest, cells } = planBackfill(book, freshState(book, calendar), own);
  const approved = parsePlanRecord(
    renderPlanRecord({ digest, cells }, { selection: own, calendar }),
    calendar,
  );
  assert.ok(approved);
  return approved;
}

function settled(): ReturnType<typeof settledState> {
  return settledState(book, calendar);
}

function judged(approved: ApprovedPlan, state: WarehouseState, own: Runbook = book) {
  return judgeStaleness(own, state, approved);
}
