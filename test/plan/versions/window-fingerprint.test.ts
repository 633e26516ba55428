import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { addDays } from "../../../src/domain/calendar-date.ts";
import type { RowContent } from "../../../src/plan/plan.ts";
import { emptyContent } from "../../../src/plan/versions/settlement.ts";
import { createFingerprints } from "../../../src/plan/versions/window-fingerprint.ts";
import { calendars, isInWindow, windows } from "../random-backfill.ts";
import {
  day,
  edge,
  freshState,
  processor,
  rows,
  runbook,
  season,
  setAttempt,
  setContent,
  source,
  table,
} from "../small-runbook.ts";

describe("createFingerprints()", () => {
  it("changes exactly for the dates whose window holds the changed date, on the calendar or off it", () => {
    fc.assert(
      fc.property(calendars, windows, fc.integer({ min: 0, max: 23 }), (calendar, window, offset) => {
        const book = runbook([source("raw")], [processor("P", [edge("raw", window)])]);
        const changed = addDays(day("2021-01-01"), offset);
        const state = freshState(book, calendar);
        const before = createFingerprints(book, state);
        const old = calendar.map(({ date }) => before.inputsOf("P", date));
        setContent(state, table("raw"), { date: changed, content: rows("other") });
        const after = createFingerprints(book, state);
        for (const [index, { date }] of calendar.entries()) {
          const isSame = after.inputsOf("P", date) === old[index];
          assert.equal(isSame, !isInWindow(window, changed, { calendar, of: date }), `${date} of ${changed}`);
        }
      }),
    );
  });

  it("is the same after updates as when made anew", () => {
    const book = runbook(
      [],
      [processor("P", []), processor("Q", [edge("P", { kind: "previous-days", days: 3 }, true), edge("P")])],
    );
    const calendar = season("a", "2021-01-01", 10);
    const change = fc.record({
      at: fc.integer({ min: 0, max: 9 }),
      rows: fc.integer({ min: 0, max: 3 }),
      failures: fc.integer({ min: 0, max: 3 }),
    });
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        const state = freshState(book, calendar);
        const updated = createFingerprints(book, state);
        for (const change of changes) {
          const date = calendar[change.at]?.date ?? day("2021-01-01");
          const content = contentOf(change.rows);
          const failures = contentOf(change.failures);
          setContent(state, table("P"), { date, content });
          setAttempt(state, { id: "P", date, failures }, {});
          updated.inputsOf("Q", day("2021-01-10"));
          updated.update("P", new Map([[date, { content, failures }]]));
        }
        const anew = createFingerprints(book, state);
        for (const { date } of calendar) assert.equal(updated.inputsOf("Q", date), anew.inputsOf("Q", date));
      }),
    );
  });

  it("tells apart two edges whose contents were swapped", () => {
    const book = runbook([source("one"), source("two")], [processor("P", [edge("one"), edge("two")])]);
    const calendar = season("a", "2021-01-01", 1);
    const date = day("2021-01-01");
    const [left, right] = [freshState(book, calendar), freshState(book, calendar)];
    setContent(left, table("one"), { date, content: rows("x") });
    setContent(left, table("two"), { date, content: rows("y") });
    setContent(right, table("one"), { date, content: rows("y") });
    setContent(right, table("two"), { date, content: rows("x") });
    assert.notEqual(
      createFingerprints(book, left).inputsOf("P", date),
      createFingerprints(book, right).inputsOf("P", date),
    );
  });

  it("reads nothing but failures through edges that say so", () => {
    const only = { ...edge("P"), failures: "only" as const };
    const book = runbook([source("raw")], [processor("P", [edge("raw")]), processor("Q", [only])]);
    const state = freshState(book, season("a", "2024-01-01", 3));
    const date = day("2024-01-02");
    const fingerprints = createFingerprints(book, state);
    const before = fingerprints.inputsOf("Q", date);
    fingerprints.update("P", new Map([[date, { content: rows("others"), failures: emptyContent }]]));
    assert.equal(fingerprints.inputsOf("Q", date), before);
    fingerprints.update("P", new Map([[date, { content: rows("others"), failures: rows("f", 1) }]]));
    assert.notEqual(fingerprints.inputsOf("Q", date), before);
  });

  it("reads failures only through edges that say so", () => {
    const book = runbook(
      [],
      [processor("P", []), processor("rows", [edge("P")]), processor("both", [edge("P", undefined, true)])],
    );
    const date = day("2021-01-01");
    const state = freshState(book, season("a", "2021-01-01", 1));
    const before = createFingerprints(book, state);
    const [ofRows, ofBoth] = [before.inputsOf("rows", date), before.inputsOf("both", date)];
    before.update("P", new Map([[date, { content: emptyContent, failures: rows("f", 1) }]]));
    assert.equal(before.inputsOf("rows", date), ofRows);
    assert.notEqual(before.inputsOf("both", date), ofBoth);
  });

  it("follows the calendar's own version on the date, and no other date's", () => {
    const book = runbook([], [processor("P", [])]);
    const calendar = season("a", "2021-01-01", 2);
    const moved = calendar.map((other, index) => (index === 0 ? { ...other, version: "moved" } : other));
    const [before, after] = [calendar, moved].map((days) => createFingerprints(book, freshState(book, days)));
    assert.notEqual(before?.inputsOf("P", day("2021-01-01")), after?.inputsOf("P", day("2021-01-01")));
    assert.equal(before?.inputsOf("P", day("2021-01-02")), after?.inputsOf("P", day("2021-01-02")));
  });

  it("counts neither the order nor the repetition of edges", () => {
    const calendar = season("a", "2021-01-01", 3);
    const sources = [source("one"), source("two")];
    const [left, right] = [
      [edge("one"), edge("two", { kind: "season-to-date" })],
      [edge("two", { kind: "season-to-date" }), edge("one"), edge("one")],
    ].map((reads) => {
      const book = runbook(sources, [processor("P", reads)]);
      return createFingerprints(book, freshState(book, calendar)).inputsOf("P", day("2021-01-03"));
    });
    assert.equal(left, right);
  });

  it("throws for a date off the calendar", () => {
    const book = runbook([], [processor("P", [])]);
    const fingerprints = createFingerprints(book, freshState(book, season("a", "2021-01-01", 1)));
    assert.throws(() => fingerprints.inputsOf("P", day("2021-01-02")), /not on the calendar/);
  });
});

function contentOf(count: number): RowContent {
  return count === 0 ? emptyContent : rows(`v${count}`, count);
}
