import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { datesToAudit, fewestAudited } from "../../../src/plan/audit/sample-dates.ts";
import type { CalendarDate } from "../../../src/domain/calendar-date.ts";
import { season } from "../small-runbook.ts";

const calendar = season("2024", "2024-01-01", 60);
const definition = "any definition";

describe("datesToAudit()", () => {
  it("takes the first and the last of what was computed where the sample lies elsewhere", () => {
    const computed = calendar.slice(20, 40).map(({ date }) => date);
    const dates = datesToAudit({ calendar, definition, computed, audited: new Set() });
    assert.equal(dates.length, fewestAudited);
    assert.deepEqual([dates[0], dates.at(-1)], [computed[0], computed.at(-1)]);
  });

  it("draws from the first quarter of each season first", () => {
    const seasons = [...season("one", "2023-01-01", 20), ...season("two", "2024-01-01", 20)];
    const computed = seasons.map(({ date }) => date);
    const dates = datesToAudit({ calendar: seasons, definition, computed, audited: new Set() });
    const drawn = dates.filter((date) => date !== computed[0] && date !== computed.at(-1));
    assert.equal(drawn.length, fewestAudited - 2);
    const early = new Set([...computed.slice(0, 5), ...computed.slice(20, 25)]);
    assert.deepEqual(
      drawn.filter((date) => !early.has(date)),
      [],
    );
  });

  it("takes the first date after the longest pause, where pauses differ", () => {
    const days = calendar.filter(({ date }) => !["2024-01-10", "2024-01-20", "2024-01-21"].includes(date));
    const late = days.filter(({ date }) => date < "2024-02-14" || date > "2024-02-15");
    const computed = late.map(({ date }) => date);
    const dates = datesToAudit({ calendar: late, definition, computed, audited: new Set() });
    assert.ok(dates.includes("2024-01-22" as CalendarDate));
    assert.ok(!dates.includes("2024-02-16" as CalendarDate));
  });

  it("takes only what is lacking, and no date twice", () => {
    const computed = calendar.slice(20, 40).map(({ date }) => date);
    const audited = new Set(computed.slice(0, fewestAudited - 1));
    const dates = datesToAudit({ calendar, definition, computed, audited });
    assert.equal(dates.filter((date) => audited.has(date)).length, 0);
    assert.ok(dates.length >= 1);
  });
});
