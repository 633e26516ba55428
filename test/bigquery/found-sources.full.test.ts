import assert from "node:assert/strict";
import { initialise } from "../../src/ledger/initialise.ts";
import { completeRunbook } from "../../src/run/complete-runbook.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import { outcomesOf } from "../run/shop.ts";
import { readTill, runRange, tillFiles } from "../run/open-columns.ts";
import { testsThatNeed } from "../tests-that-need.ts";
import { openEmulated } from "./emulated-shop.ts";
import { mendEmulator } from "./emulator-gaps.ts";
import { startEmulator, withoutEmulator } from "./emulator.ts";

const { describe, it } = testsThatNeed(withoutEmulator);

const days = "unnest(generate_array(0, 5)) as day cross join unnest(['north', 'south']) as shop";

/** Tables of others, none of which has a column of dates or a type of a runbook's example. */
const found: Readonly<Record<string, readonly string[]>> = {
  "a table by instants": [
    `create table till_raw.sales as
select concat(shop, cast(day as string)) as sale, timestamp_add(timestamp '2024-01-01 08:00:00 UTC', interval day day) as sold_at, shop,
  cast(day + 0.25 as numeric) as amount
from ${days}`,
  ],
  "a view": [
    `create table till_raw.stored as
select concat(shop, cast(day as string)) as sale, timestamp_add(timestamp '2024-01-01 08:00:00 UTC', interval day day) as sold_at, shop,
  cast(day + 0.25 as numeric) as amount
from ${days}`,
    "create view till_raw.sales as select * from till_raw.stored",
  ],
  "columns of every kind": [
    `create table till_raw.sales as
select concat(shop, cast(day as string)) as sale, timestamp_add(timestamp '2024-01-01 08:00:00 UTC', interval day day) as sold_at, shop,
  cast(day + 0.25 as numeric) as amount, datetime '2024-01-01 08:00:00' as local_time, b'raw' as raw,
  struct(day as nth, shop as of_shop) as packed, [1.5, 2.5] as numbers
from ${days}`,
  ],
};

const runbookYaml = `name: till
calendar: { rule: { from: 2024-01-01, to: 2024-01-06 } }
sources: [{ table: till_raw.sales, date: "cast(sold_at as date)", key: [sale] }]
processors:
  - { id: SUMS, table: till_mart.sums, date: day, key: [day, shop], reads: [till_raw.sales], sql: sums.sql }
`;
const sums = `select cast(sold_at as date) as day, shop, count(*) as sales, sum(amount) as amount
from till_raw.sales where cast(sold_at as date) between @start_date and @end_date group by 1, 2`;

async function change(warehouse: Warehouse, statements: readonly string[]): Promise<void> {
  for (const sql of statements) await warehouse.execute([{ sql, purpose: "change the till" }]);
}

describe("sources of BigQuery as people have them", () => {
  for (const [what, statements] of Object.entries(found)) {
    it(`are read by an expression of their date, columns undeclared, and only what changed is computed again: ${what}`, async () => {
      await using process = await startEmulator();
      await using emulator = await mendEmulator(process.endpoint);
      await using warehouse = await openEmulated(emulator.endpoint);
      await change(warehouse, [
        "create schema if not exists `till_raw`",
        "create schema if not exists `till_mart`",
        "create schema if not exists `till_ledger`",
        ...statements,
      ]);
      const written = readTill(tillFiles([], { "runbook.yml": runbookYaml, "sums.sql": sums }));
      const runbook = await completeRunbook(warehouse, written);
      await initialise(warehouse, runbook);
      const first = await runRange(warehouse, runbook);
      assert.equal(outcomesOf(first, "committed")["SUMS"]?.length, 6);
      assert.equal((await runRange(warehouse, runbook)).plan.totals.units, 0);
      const table = what === "a view" ? "till_raw.stored" : "till_raw.sales";
      await change(warehouse, [`update ${table} set amount = amount + 1 where sale = 'north2'`]);
      const again = await runRange(warehouse, runbook);
      assert.deepEqual(outcomesOf(again, "committed"), { SUMS: ["2024-01-03"] });
    });
  }
});
