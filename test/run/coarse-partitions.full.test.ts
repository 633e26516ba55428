import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { addDays, type CalendarDate, type DateRange } from "../../src/domain/calendar-date.ts";
import { startOf, type Every } from "../../src/domain/every.ts";
import { openCoarseTill } from "./coarse-till.ts";
import type { RunResult } from "../../src/run/run-backfill.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import { runRange } from "./open-columns.ts";

const first = "2024-01-17" as CalendarDate;
const last = "2024-03-06" as CalendarDate;

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
      const { warehouse, runbook } = await openCoarseTill(every);
      await using opened = warehouse;
      const run = await runRange(opened, runbook);
      assert.deepEqual([run.isClean, run.plan.totals.blocked], [true, 0]);
      await assertWhole(opened, every);
      assert.equal((await runRange(opened, runbook)).plan.totals.units, 0);
    });

    it(`computes exactly the ${every} of a day that was corrected, and what reads it`, async () => {
      const { warehouse, runbook } = await openCoarseTill(every);
      await using opened = warehouse;
      await runRange(opened, runbook);
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 0, max: 49 }),
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
    const { warehouse, runbook } = await openCoarseTill("month");
    await using opened = warehouse;
    const range: DateRange = { from: "2024-02-07" as CalendarDate, to: "2024-02-09" as CalendarDate };
    const cut = await runRange(opened, runbook, range);
    assert.deepEqual(cut.plan.totals.units, 3);
    assert.equal(cut.plan.totals.blocked, 5);
    await runRange(opened, runbook, { from: first, to: last });
    await assertWhole(opened, "month");
  });
});
