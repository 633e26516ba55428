import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { planBackfill } from "../../../src/plan/plan-backfill.ts";
import type { CalendarDay, Selection } from "../../../src/plan/plan.ts";
import { calendars, runbooks, selections } from "../random-backfill.ts";
import { day, freshState, processor, runbook, season, settledState } from "../small-runbook.ts";

const book = runbook([], [processor("P", [])]);
const january = { range: { from: day("2021-01-01"), to: day("2021-01-31") } };

function cellIds(calendar: readonly CalendarDay[], selection: Selection): readonly string[] {
  return planBackfill(book, freshState(book, calendar), selection).cells.map(({ id }) => id);
}

describe("packCells()", () => {
  it("makes one cell of a season", () => {
    const calendar = [...season("a", "2021-01-01", 5), ...season("b", "2021-01-11", 5)];
    assert.deepEqual(cellIds(calendar, january), ["P-2021-01-01-2021-01-05", "P-2021-01-11-2021-01-15"]);
  });

  it("ends cells where a period does when asked", () => {
    const calendar = [
      ...season("a", "2021-01-01", 2),
      ...season("a", "2021-01-03", 2, "P1"),
      ...season("a", "2021-01-05", 2),
    ];
    assert.deepEqual(cellIds(calendar, { ...january, cellsPer: "period" }), [
      "P-2021-01-01-2021-01-02",
      "P-2021-01-03-2021-01-04",
      "P-2021-01-05-2021-01-06",
    ]);
    assert.deepEqual(cellIds(calendar, january), ["P-2021-01-01-2021-01-06"]);
  });

  it("counts a chunk's days from the start of the season, whatever is pending or selected", () => {
    const calendar = season("a", "2021-01-01", 7);
    const whole = ["P-2021-01-01-2021-01-03", "P-2021-01-04-2021-01-06", "P-2021-01-07-2021-01-07"];
    assert.deepEqual(cellIds(calendar, { ...january, chunkDays: 3 }), whole);
    const part = { range: { from: day("2021-01-03"), to: day("2021-01-05") }, chunkDays: 3 };
    assert.deepEqual(cellIds(calendar, part), ["P-2021-01-03-2021-01-03", "P-2021-01-04-2021-01-05"]);
  });

  it("cuts what runs of a season into equal cells that are as long as asked, by how long its dates took", () => {
    const calendar = [...season("a", "2021-01-01", 9), ...season("b", "2021-01-11", 2)];
    const by = (each: number | undefined) =>
      cellIds(calendar, {
        ...january,
        cellsPer: { seconds: 60, secondsOf: new Map(each === undefined ? [] : [["P", each]]) },
      });
    const [a, b] = ["P-2021-01-01-2021-01-09", "P-2021-01-11-2021-01-12"];
    assert.deepEqual(by(undefined), [a, b]);
    assert.deepEqual(by(13), [a, b], "two cells of it would be shorter");
    assert.deepEqual(by(20), [
      "P-2021-01-01-2021-01-03",
      "P-2021-01-04-2021-01-06",
      "P-2021-01-07-2021-01-09",
      b,
    ]);
    assert.equal(by(1000).length, 11, "no cell is less than a date");
  });

  it("keeps dates together around others that are up to date", () => {
    const calendar = season("a", "2021-01-01", 3);
    const state = settledState(book, calendar);
    state.ledger.get("P")?.delete(day("2021-01-01"));
    state.ledger.get("P")?.delete(day("2021-01-03"));
    const { cells } = planBackfill(book, state, january);
    assert.deepEqual(
      cells.map(({ dates }) => dates),
      [[day("2021-01-01"), day("2021-01-03")]],
    );
  });

  it("never crosses a season, nor a period or chunk when asked, and names every cell differently", () => {
    const cases = fc.record({ book: runbooks, calendar: calendars }).chain(({ book, calendar }) => {
      return selections(book, calendar).map((selection) => ({ book, calendar, selection }));
    });
    fc.assert(
      fc.property(cases, ({ book, calendar, selection }) => {
        const { cells } = planBackfill(book, freshState(book, calendar), selection);
        assert.equal(new Set(cells.map(({ id }) => id)).size, cells.length);
        for (const { dates } of cells) {
          const days = calendar.filter(({ date }) => dates.includes(date));
          assert.equal(new Set(days.map(({ season }) => season)).size, 1);
          if (selection.cellsPer === "period")
            assert.equal(new Set(days.map(({ period }) => period)).size, 1);
          assert.ok(dates.length <= (selection.chunkDays ?? Infinity));
          assert.deepEqual(dates, dates.toSorted());
        }
      }),
    );
  });
});
