import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readCalendarDays } from "../../src/ledger/read-calendar-days.ts";
import type { Runbook } from "../../src/runbook/runbook.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { shopRunbook } from "../gates/toy-shop.ts";

/** The shop with a calendar of these rows (date, season). */
function withCalendar(rows: string): Runbook {
  const { calendar } = shopRunbook();
  const text = `select cast(open_date as date) as open_date, season, 1 as shops from (values ${rows}) as days(open_date, season)`;
  const origin = { kind: "query", sql: { file: "sql/calendar.sql", text }, reads: [] } as const;
  return shopRunbook({ calendar: { ...calendar, origin } });
}

async function daysOf(rows: string): Promise<readonly string[]> {
  await using warehouse = await openDuckDb({ path: ":memory:" });
  return (await readCalendarDays(warehouse, withCalendar(rows))).map(({ date }) => date);
}

describe("readCalendarDays()", () => {
  it("refuses a date that stands twice, or in two seasons, or in none, and a row without a date", async () => {
    const faulty: Readonly<Record<string, RegExp>> = {
      "('2024-05-01', 1), ('2024-05-02', 1), ('2024-05-01', 1)":
        /shop_ledger\.calendar: it has 2024-05-01 2 times$/,
      "('2024-05-01', 1), ('2024-05-01', 2)": /2024-05-01 in 2 seasons$/,
      "('2024-05-01', 1), ('2024-05-02', null)": /2024-05-02 without a season$/,
      "('2024-05-01', 1), (null, 1), (null, 1)": /a row without a date, 2 times$/,
    };
    for (const [rows, message] of Object.entries(faulty)) {
      await assert.rejects(daysOf(rows), { code: "calendar-invalid", message });
    }
  });

  it("leaves out days that no calendar has", async () => {
    const rows =
      "('2024-05-01', 1), ('infinity', 1), ('-infinity', 1), ('0999-12-31', 1), ('12024-01-01', 1)";
    assert.deepEqual(await daysOf(rows), ["2024-05-01"]);
  });
});
