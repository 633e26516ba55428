import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  addDays,
  compareDates,
  dayNumber,
  dayOf,
  hullOf,
  isWithin,
  parseCalendarDate,
  type CalendarDate,
} from "../../src/domain/calendar-date.ts";

const anyDate = fc
  .date({ min: new Date("1900-01-01"), max: new Date("2199-12-31"), noInvalidDate: true })
  .map((date) => parsed(date.toISOString().slice(0, 10)));

describe("parseCalendarDate()", () => {
  it("takes days that exist", () => {
    assert.equal(parseCalendarDate("2024-02-29"), "2024-02-29");
  });

  it("takes no day that does not exist and no other spelling", () => {
    const texts = ["2023-02-29", "2024-13-01", "2024-1-01", "24-01-01", "2024-01-01T00:00", ""];
    assert.deepEqual(
      texts.filter((text) => parseCalendarDate(text) !== undefined),
      [],
    );
  });
});

describe("addDays()", () => {
  it("moves the day number by as many days, and back", () => {
    fc.assert(
      fc.property(anyDate, fc.integer({ min: -1000, max: 1000 }), (date, days) => {
        const moved = addDays(date, days);
        assert.equal(dayNumber(moved), dayNumber(date) + days);
        assert.equal(addDays(moved, -days), date);
      }),
    );
  });
});

describe("hullOf()", () => {
  it("is the smallest range that holds all dates", () => {
    fc.assert(
      fc.property(fc.array(anyDate, { minLength: 1 }), (dates) => {
        const sorted = dates.toSorted(compareDates);
        const hull = hullOf(dates);
        assert.deepEqual(hull, { from: sorted[0], to: sorted.at(-1) });
        assert.ok(dates.every((date) => hull !== undefined && isWithin(date, hull)));
      }),
    );
  });

  it("is undefined for no dates", () => {
    assert.equal(hullOf([]), undefined);
  });
});

describe("dayOf()", () => {
  it("is the day in UTC, or in the zone that is named", () => {
    const instant = new Date("2024-05-02T02:30:00Z");
    assert.equal(dayOf(instant), "2024-05-02");
    assert.equal(dayOf(instant, "America/New_York"), "2024-05-01");
    assert.equal(dayOf(new Date("2024-05-01T22:30:00Z"), "Europe/Berlin"), "2024-05-02");
  });
});

function parsed(text: string): CalendarDate {
  const date = parseCalendarDate(text);
  assert.ok(date !== undefined);
  return date;
}
