import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CalendarDate } from "../../../src/domain/calendar-date.ts";
import { readState } from "../../../src/ledger/read-state.ts";
import { inputsOfProcessor } from "../../../src/plan/upstream/input-cut.ts";
import { computeAlone, contentsAlone } from "../../../src/run/audit/trial.ts";
import type { Runbook } from "../../../src/runbook/runbook.ts";
import type { Warehouse } from "../../../src/warehouse/warehouse.ts";
import { openSettledShop, readShop, shopRange, withStep } from "../shop.ts";
import { trendOver } from "../trend-over.ts";

const dates = ["2024-01-01", "2024-01-08", "2024-01-09", "2024-01-10", "2024-01-11", "2024-01-31"].map(
  (date) => date as CalendarDate,
);

/** The day's total, with that of the day before, which is not declared, in the condition of a join. */
const dayBefore = `select today.shop, today.sale_date, cast(coalesce(earlier.total, 0) as float64) as mean_total, 1 as days,
  cast(null as string) as failure_category, cast(null as string) as failure_reason
from (select distinct shop, sale_date from shop_raw.sales where sale_date between @start_date and @end_date) as today
left join shop_analytics.shop_day as earlier on earlier.shop = today.shop
  and earlier.sale_date between @start_date - 1 and @end_date and earlier.sale_date < today.sale_date`;

describe("contentsAlone()", () => {
  it("gives of each date what a statement of its own gives, beside dates that may see more", async () => {
    const { warehouse } = await openSettledShop();
    await using _ = warehouse;
    const shop = await readShop();
    const asked = shop.processors
      .filter(({ step }) => step.kind === "sql")
      .map(({ id }) => [shop, id] as const);
    const runbooks = [
      ...asked,
      [trendOver(shop, { declared: 2, read: 6 }), "TREND"] as const,
      [withStep(shop, "TREND", dayBefore), "TREND"] as const,
    ];
    assert.ok(asked.length >= 3);
    for (const [runbook, id] of runbooks) {
      const { together, one } = await contentsOf(warehouse, runbook, id);
      assert.deepEqual(together, one);
      assert.equal(together?.size, dates.length);
    }
  });
});

/** What the dates give by one query, and by a statement for each. */
async function contentsOf(
  warehouse: Warehouse,
  runbook: Runbook,
  id: string,
): Promise<{
  readonly together: ReadonlyMap<CalendarDate, string> | undefined;
  readonly one: ReadonlyMap<CalendarDate, string>;
}> {
  const processor = runbook.processors.find((known) => known.id === id);
  assert.ok(processor !== undefined);
  const { calendar } = await readState(warehouse, runbook, shopRange);
  const scope = { warehouse, runbook, processor, calendar, randomId: () => "unused" };
  const inputs = inputsOfProcessor(runbook, id);
  const { contents } = await computeAlone(scope, { dates, inputs, token: `alone_${id}` });
  return { together: await contentsAlone(scope, { dates, inputs }), one: contents };
}
