import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { completeRunbook } from "../../src/run/complete-runbook.ts";
import { vetRunbook } from "../../src/run/vet-runbook.ts";
import type { Runbook } from "../../src/runbook/runbook.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { inMemory } from "../../src/warehouse/duckdb-place.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import { lastOf, readTill, runRange, tillFiles } from "./open-columns.ts";

/** Sixty days of rows with an instant each, and no date. */
const filling = [
  "create schema till_raw",
  `create table till_raw.sales as
select shop || '-' || day || '-' || nth as sale, timestamp '2024-01-01 08:00:00' + day * interval 1 day + nth * interval 5 hour as sold_at,
  shop, cast((day * 37 + nth * 11) % 97 + 0.25 as decimal(10, 2)) as amount
from (values ('north'), ('south')) as shops(shop), range(60) as days(day), range(3) as sales(nth)`,
];

function booksOf(date: string, every: string, own = date): Runbook {
  const yaml = `name: till
calendar: { rule: { every: ${every} } }
sources: [{ table: till_raw.sales, date: "${date}", key: [sale] }]
processors:
  - { id: SUMS, table: till_mart.sums, date: day, key: [day, shop], reads: [till_raw.sales], sql: sums.sql }
`;
  const sums = `select cast(${own} as date) as day, shop, count(*) as sales, sum(amount) as amount
from till_raw.sales where cast(${own} as date) between @start_date and @end_date group by 1, 2`;
  return readTill(tillFiles([], { "runbook.yml": yaml, "sums.sql": sums }));
}

async function openTill(): Promise<Warehouse> {
  const warehouse = await openDuckDb({ path: inMemory });
  await change(warehouse, ...filling);
  return warehouse;
}

async function change(warehouse: Warehouse, ...statements: readonly string[]): Promise<void> {
  await warehouse.execute(statements.map((sql) => ({ sql, purpose: "change the raw table" })));
}

async function look(warehouse: Warehouse, sql: string): Promise<unknown> {
  return (await warehouse.query({ sql, purpose: "look" }))[0];
}

const grains = [
  { every: "day", date: "cast(sold_at as date)", dates: 60, first: "2024-01-01" },
  { every: "week", date: "date_trunc('week', sold_at)", dates: 9, first: "2024-01-01" },
  { every: "month", date: "date_trunc('month', sold_at)", dates: 2, first: "2024-01-01" },
  { every: "month", date: "make_date(year(sold_at), month(sold_at), 1)", dates: 2, first: "2024-01-01" },
] as const;

describe("a source whose date is an expression", () => {
  for (const { every, date, dates, first } of grains) {
    it(`has a partition a ${every} by ${date}, and only what changed is computed again`, async () => {
      await using warehouse = await openTill();
      const runbook = await completeRunbook(warehouse, booksOf(date, every));
      const run = await runRange(warehouse, runbook);
      assert.deepEqual([run.isClean, run.plan.totals.units], [true, dates]);
      assert.deepEqual(
        await look(
          warehouse,
          "select cast(min(day) as varchar) as first, cast(sum(sales) as integer) as sales from till_mart.sums",
        ),
        { first, sales: 360 },
      );
      await change(warehouse, "update till_raw.sales set amount = amount + 1 where sale = 'north-40-1'");
      const again = await runRange(warehouse, runbook);
      assert.deepEqual(
        again.plan.cells.flatMap((cell) => cell.dates),
        [lastOf(every)],
      );
      assert.equal((await runRange(warehouse, runbook)).plan.totals.units, 0);
    });
  }

  for (const [name, date] of [
    ["reads a table", "(select max(sold_at) from till_raw.other)"],
    ["asks the clock", "cast(current_date as date)"],
    ["is more than one value", "cast(sold_at as date), cast(sold_at as date)"],
    ["ends before it begins", "cast(sold_at as date)) or (true"],
  ] as const) {
    it(`is refused before anything runs where it ${name}`, async () => {
      await using warehouse = await openTill();
      await assert.rejects(vetRunbook(warehouse, booksOf(date, "day", "sold_at")), {
        code: "runbook-invalid",
      });
    });
  }
});
