import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseCalendarDate } from "../../../src/domain/calendar-date.ts";
import { changedCalendar } from "../../../src/plan/change/changed-calendar.ts";
import type { CalendarDay } from "../../../src/plan/plan.ts";

const before = [1, 2, 3, 4].map((day) => dayOf(day, "s1"));

describe("changedCalendar()", () => {
  it("names the dates that come, that leave, and whose row is another one", () => {
    const after = [dayOf(1, "s1"), dayOf(2, "s2"), dayOf(5, "s1"), dayOf(6, "s1")];
    assert.deepEqual(changedCalendar(before, after), [
      "2 dates come to the calendar: 2024-01-05 to 2024-01-06",
      "2 dates leave the calendar: 2024-01-03 to 2024-01-04",
      "1 date has another row in the calendar: 2024-01-02",
    ]);
  });

  it("says nothing where every row is as before", () => {
    assert.deepEqual(changedCalendar(before, before), []);
  });
});

function dayOf(day: number, season: string): CalendarDay {
  const date = parseCalendarDate(`2024-01-0${day}`);
  assert.ok(date !== undefined);
  return { date, season, period: "none", version: season };
}
