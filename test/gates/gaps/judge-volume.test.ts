import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { addDays, parseCalendarDate } from "../../../src/domain/calendar-date.ts";
import { thinDates, type SizedDate } from "../../../src/gates/gaps/judge-volume.ts";

const first = parseCalendarDate("2024-01-01") ?? assert.fail();

function datesOf(rows: readonly number[], sizes: readonly number[] = []): readonly SizedDate[] {
  return rows.map((count, index) => ({
    date: addDays(first, index),
    season: "2024",
    rows: count,
    size: sizes[index] ?? 1,
  }));
}

const steady = [100, 104, 97, 102, 99, 101, 98, 103, 100, 96];

describe("thinDates()", () => {
  it("tells of a date that lost half of its rows", () => {
    assert.deepEqual(thinDates(datesOf([...steady, 50])), [{ date: "2024-01-11", rows: 50, usual: 100 }]);
  });

  it("measures dates by their size", () => {
    const sizes = [2, 10, 4, 8, 6, 12, 3, 9, 5, 7, 2, 10];
    const rows = sizes.map((size) => 100 * size + size);
    assert.deepEqual(thinDates(datesOf(rows, sizes)), []);
    const halved = rows.with(11, 505);
    assert.deepEqual(thinDates(datesOf(halved, sizes)), [{ date: "2024-01-12", rows: 505, usual: 1010 }]);
  });

  it("says nothing of two weaker days a week, of rows that vary widely, and of few rows", () => {
    const week = [100, 101, 99, 100, 102, 55, 58];
    assert.deepEqual(thinDates(datesOf([...week, ...week, ...week])), []);
    assert.deepEqual(thinDates(datesOf([10, 90, 40, 150, 20, 70, 120, 30, 110, 60, 12])), []);
    assert.deepEqual(thinDates(datesOf([...steady.map((rows) => Math.round(rows / 10)), 3])), []);
  });

  it("says nothing before it has seen eight dates of the season, and nothing of empty ones", () => {
    assert.deepEqual(thinDates(datesOf([...steady.slice(0, 7), 50])), []);
    assert.deepEqual(thinDates(datesOf([...steady, 0])), []);
    const other = datesOf([...steady, 50]).map((own, index) =>
      index < 10 ? own : { ...own, season: "2025" },
    );
    assert.deepEqual(thinDates(other), []);
  });
});
