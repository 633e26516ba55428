import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { addDays, parseCalendarDate, type CalendarDate } from "../../src/domain/calendar-date.ts";
import { guessRows, guessRule } from "../../src/starter/calendar-rule.ts";
import type { FoundDates } from "../../src/starter/found-table.ts";

const first = parseCalendarDate("2024-01-01") as CalendarDate;

describe("guessRule()", () => {
  const cases: readonly (readonly [string, readonly number[], string])[] = [
    ["days", [0, 1, 3], "day"],
    ["weeks where each date is on one weekday", [0, 7, 21], "week"],
    ["months where each date is the first of one", [0, 31, 60], "month"],
    ["days of two dates, however they lie", [0, 7], "day"],
  ];
  for (const [what, days, every] of cases) {
    it(`guesses ${what}`, () => {
      assert.equal(guessRule([datesOn(days)])?.value.every, every);
    });
  }

  it("runs from the first to the last date of all tables", () => {
    const { value } = guessRule([datesOn([5, 9]), datesOn([2, 7])]) ?? {};
    assert.deepEqual(value, { every: "day", from: "2024-01-03", to: "2024-01-10" });
  });

  it("has none without a date", () => {
    assert.equal(guessRule([[]]), undefined);
  });
});

describe("guessRows()", () => {
  const rule = { every: "day", from: first, to: addDays(first, 3) } as const;

  it("expects half of the fewest rows of a date", () => {
    assert.deepEqual(guessRows(rule, datesOn([0, 1, 2, 3])), {
      value: { "minimum-rows": 5 },
      why: "half of the fewest rows that one of 4 dates has, 10",
    });
  });

  it("expects none where a date has none", () => {
    assert.deepEqual(guessRows(rule, datesOn([0, 1, 3])), {
      value: { required: false },
      why: "1 date of 4 without a row",
    });
  });
});

function datesOn(days: readonly number[]): FoundDates {
  return days.map((day) => ({ date: addDays(first, day), rows: 10 + day }));
}
