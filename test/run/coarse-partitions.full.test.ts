import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { addDays, type CalendarDate, type DateRange } from "../../src/domain/calendar-date.ts";
import { startOf, type Every } from "../../src/domain/every.ts";
import { completeRunbook } from "../../src/run/complete-runbook.ts";
import type { RunResult } from "../../src/run/run-backfill.ts";
import type { Runbook } from "../../src/runbook/runbook.ts";
import { inMemory, openDuckDb } from "../../src/warehouse/duckdb.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import { readTill, runRange, tillFiles } from "./open-columns.ts";

const first = "2024-01-17" as CalendarDate;
const last = "2024-03-26" as CalendarDate;

/** Seventy days of sales, the first in the middle of a month and of a week; on weekends there are none. */
const filling = [
  "create schema till_raw",
  `create table till_raw.sales as
select shop || '-' || day || '-' || nth as sale, date '2024-01-17' + cast(day as integer) as day, shop,
  cast((day * 37 + nth * 11) % 97 + 0.25 as decimal(10, 2)) as amount
from (values ('north'), ('south')) as shops(shop), range(70) as days(day), range(3) as sales(nth)
where dayofweek(date '2024-01-17' + cast(day as integer)) between 1 and 5`,
];

/** Sums of days, of each week or month from these, of all before it, and the share that a day has in its own. */
function booksOf(every: Exclude<Every, "day">): Runbook {
  const yaml = `name: till
calendar: { rule: { weekdays: [mon, tue, wed, thu, fri] } }
sources: [{ table: till_raw.sales, date: day, key: [sale] }]
processors:
  - { id: SUMS, table: till_mart.sums, key: [day, shop], reads: [till_raw.sales], sql: sums.sql }
  - { id: WHOLE, table: till_mart.whole, every: ${every}, date: start, key: [start, shop], reads: [SUMS], sql: whole.sql }
  - { id: GROWN, table: till_mart.grown, every: ${every}, date: start, key: [start, shop], sql: grown.sql,
      reads: [WHOLE, { from: WHOLE, window: season-to-date }] }
  - { id: SHARE, table: till_mart.share, date: day, key: [day, shop], reads: [SUMS, WHOLE], sql: share.sql }
`;
  return readTill(
    tillFiles([], {
      "runbook.yml": yaml,
      "whole.sql": `select cast(date_trunc('${every}', day) as date) as start, shop, sum(sales) as sales, sum(amount) as amount
from till_mart.sums where day between @start_date and @end_date group by 1, 2`,
      "grown.sql": `select here.start, here.shop, sum(past.amount) as amount
from till_mart.whole as here join till_mart.whole as past on past.shop = here.shop and past.start <= here.start
where here.start between @start_date and @end_date group by 1, 2`,
      "share.sql": `select day, sums.shop, cast(sums.sales as decimal(18, 6)) / whole.sales as share
from till_mart.sums as sums
join till_mart.whole as whole on whole.shop = sums.shop and whole.start = cast(date_trunc('${every}', day) as date)
where day between @start_date and @end_date`,
    }),
  );
}

/** What one statement over everything gives, beside what was computed: rows that only one of them has. */
function differences(every: Every): readonly string[] {
  const whole = `select cast(date_trunc('${every}', day) as date) as start, shop, count(*) as sales, sum(amount) as amount
  from till_raw.sales group by 1, 2`;
  const grown = `select start, shop, sum(amount) over (partition by shop order by start) as amount from (${whole})`;
  const share = `select day, shop, count(*) / (select count(*) from till_raw.sales as other
    where other.shop = sales.shop and date_trunc('${every}', other.day) = date_trunc('${every}', sales.day)) as share
  from till_raw.sales as sales group by day, shop`;
  return [
    `(${whole}) except (select start, shop, sales, amount from till_mart.whole)`,
    `(select start, shop, sales, amount from till_mart.whole) except (${whole})`,
    `(${grown}) except (select start, shop, amount from till_mart.grown)`,
    `(select start, shop, amount from till_mart.grown) except (${grown})`,
    `select day, shop, round(share, 4) from (${share}) except select day, shop, round(share, 4) from till_mart.share`,
  ];
}

async function openTill(every: Exclude<Every, "day">): Promise<{ warehouse: Warehouse; runbook: Runbook }> {
  const warehouse = await openDuckDb({ path: inMemory });
  await change(warehouse, ...filling);
  return { warehouse, runbook: await completeRunbook(warehouse, booksOf(every)) };
}

async function change(warehouse: Warehouse, ...statements: readonly string[]): Promise<void> {
  await warehouse.execute(statements.map((sql) => ({ sql, purpose: "change the raw table" })));
}

async function assertWhole(warehouse: Warehouse, every: Every): Promise<void> {
  for (const sql of differences(every)) {
    assert.deepEqual(await warehouse.query({ sql, purpose: "look" }), [], sql);
  }
}

/** The units that ran, as `SUMS 2024-02-05`. */
function unitsOf({ plan }: RunResult): readonly string[] {
  return plan.cells.flatMap(({ processor, dates }) => dates.map((date) => `${processor} ${date}`));
}

const everies = ["week", "month"] as const;

describe("a processor with a partition a week or month beside daily ones", () => {
  for (const every of everies) {
    it(`gives what one statement over everything gives, by ${every}`, async () => {
      const { warehouse, runbook } = await openTill(every);
      await using opened = warehouse;
      const run = await runRange(opened, runbook);
      assert.deepEqual([run.isClean, run.plan.totals.blocked], [true, 0]);
      await assertWhole(opened, every);
      assert.equal((await runRange(opened, runbook)).plan.totals.units, 0);
    });

    it(`computes exactly the ${every} of a day that was corrected, and what reads it`, async () => {
      const { warehouse, runbook } = await openTill(every);
      await using opened = warehouse;
      await runRange(opened, runbook);
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 0, max: 69 }),
          fc.integer({ min: 1, max: 99 }),
          async (day, by) => {
            const date = addDays(first, day);
            await change(
              opened,
              `update till_raw.sales set amount = amount + ${by} where day = date '${date}' and shop = 'north'`,
            );
            const units = unitsOf(await runRange(opened, runbook));
            const own = units.filter((unit) => unit.startsWith("WHOLE"));
            const isSold = units.includes(`SUMS ${date}`);
            assert.deepEqual(own, isSold ? [`WHOLE ${startOf(every, date)}`] : []);
            await assertWhole(opened, every);
          },
        ),
        { numRuns: 4 },
      );
    });
  }

  it("computes the whole month of every selected day", async () => {
    const { warehouse, runbook } = await openTill("month");
    await using opened = warehouse;
    const range: DateRange = { from: "2024-02-07" as CalendarDate, to: "2024-02-09" as CalendarDate };
    const cut = await runRange(opened, runbook, range);
    assert.deepEqual(cut.plan.totals.units, 3);
    assert.equal(cut.plan.totals.blocked, 5);
    await runRange(opened, runbook, { from: first, to: last });
    await assertWhole(opened, "month");
  });
});
