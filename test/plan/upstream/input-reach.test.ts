import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { addDays, hullOf } from "../../../src/domain/calendar-date.ts";
import { inputReach } from "../../../src/plan/upstream/input-reach.ts";
import { calendars, isInWindow, windows } from "../random-backfill.ts";
import { day, edge, processor, runbook, season, source, table } from "../small-runbook.ts";

const days = Array.from({ length: 40 }, (_, offset) => addDays(day("2020-12-20"), offset));

describe("inputReach()", () => {
  it("is the hull of every day inside a window of one of the dates", () => {
    fc.assert(
      fc.property(calendars, windows, fc.array(fc.nat(15), { minLength: 1 }), (calendar, window, chosen) => {
        const book = runbook([source("raw")], [processor("P", [edge("raw", window)])]);
        const dates = chosen.flatMap((index) => calendar[index % calendar.length]?.date ?? []);
        const inside = days.filter((of) =>
          dates.some((date) => isInWindow(window, of, { calendar, of: date })),
        );
        const found = inputReach(book, { processor: "P", dates, calendar }).get(table("raw"))?.range;
        assert.deepEqual(found, hullOf(inside));
      }),
    );
  });

  it("joins the edges of one table, and asks for failures when one of them reads them", () => {
    const calendar = season("a", "2021-01-01", 10);
    const reads = [edge("P"), edge("P", { kind: "previous-days", days: 3 }, true), edge("raw")];
    const book = runbook([source("raw")], [processor("P", []), processor("Q", reads)]);
    const reach = inputReach(book, { processor: "Q", dates: [day("2021-01-05")], calendar });
    assert.deepEqual(
      [...reach].map(([name, { range, failures }]) => [name, range.from, range.to, failures]),
      [
        [table("P"), "2021-01-02", "2021-01-05", true],
        [table("calendar"), "2021-01-05", "2021-01-05", false],
        [table("raw"), "2021-01-05", "2021-01-05", false],
      ],
    );
    const first = inputReach(book, { processor: "Q", dates: [day("2021-01-01")], calendar });
    assert.equal(first.get(table("P"))?.failures, false, "nothing is before the season");
  });
});
