import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Calendar } from "../../src/runbook/runbook.ts";
import { calendarQuery } from "../../src/sql/calendar.ts";
import { duckdb } from "../../src/sql/duckdb.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { queryRows, typed } from "../../src/warehouse/row-shape.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import { day, tableOf } from "../gates/toy-shop.ts";

async function datesOf(
  warehouse: Warehouse,
  every: "day" | "week" | "month",
  from: string,
  to: string,
): Promise<readonly string[]> {
  const calendar: Calendar = {
    table: tableOf("ledger.calendar"),
    dateColumn: "day",
    seasonColumn: "season",
    columns: [
      { name: "day", type: "date" },
      { name: "season", type: "int64" },
    ],
    origin: { kind: "rule", every, from: day(from), to: day(to), season: "year" },
  };
  const sql = `select day from (${calendarQuery(duckdb, calendar, [])}) order by day`;
  return (await queryRows(warehouse, { sql, purpose: "list dates" }, { day: typed.date })).map(
    (row) => row.day,
  );
}

describe("a calendar by rule", () => {
  it("keeps the last day of months when it begins on one", async () => {
    await using warehouse = await openDuckDb({ path: ":memory:" });
    const shortened = await datesOf(warehouse, "month", "2024-01-31", "2024-05-30");
    assert.deepEqual(shortened, ["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30"]);
    const lengthened = await datesOf(warehouse, "month", "2023-02-28", "2023-04-30");
    assert.deepEqual(lengthened, ["2023-02-28", "2023-03-31", "2023-04-30"]);
  });

  it("keeps the day of the month, and takes the last where a month lacks it", async () => {
    await using warehouse = await openDuckDb({ path: ":memory:" });
    const dates = await datesOf(warehouse, "month", "2023-12-30", "2024-03-30");
    assert.deepEqual(dates, ["2023-12-30", "2024-01-30", "2024-02-29", "2024-03-30"]);
  });

  it("gives one date a month inside its range, whatever its ends", async () => {
    await using warehouse = await openDuckDb({ path: ":memory:" });
    const ends = fc.date({
      min: new Date("2019-01-01T00:00:00Z"),
      max: new Date("2025-12-31T00:00:00Z"),
      noInvalidDate: true,
    });
    await fc.assert(
      fc.asyncProperty(ends, ends, async (one, other) => {
        const [from = "", to = ""] = [one, other].map((end) => end.toISOString().slice(0, 10)).toSorted();
        const dates = await datesOf(warehouse, "month", from, to);
        const months = dates.map((date) => date.slice(0, 7));
        assert.equal(new Set(months).size, months.length);
        assert.equal(dates[0], from);
        assert.ok(dates.every((date) => from <= date && date <= to));
        const last = Number(to.slice(0, 4)) * 12 + Number(to.slice(5, 7));
        const first = Number(from.slice(0, 4)) * 12 + Number(from.slice(5, 7));
        assert.ok(dates.length === last - first + 1 || dates.length === last - first);
      }),
      { numRuns: 60 },
    );
  });

  it("steps by days and by weeks", async () => {
    await using warehouse = await openDuckDb({ path: ":memory:" });
    assert.deepEqual(await datesOf(warehouse, "day", "2024-02-28", "2024-03-01"), [
      "2024-02-28",
      "2024-02-29",
      "2024-03-01",
    ]);
    assert.deepEqual(await datesOf(warehouse, "week", "2024-02-28", "2024-03-12"), [
      "2024-02-28",
      "2024-03-06",
    ]);
  });
});
