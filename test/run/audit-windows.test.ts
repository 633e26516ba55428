import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Row, Warehouse } from "../../src/warehouse/warehouse.ts";
import type { CalendarDate } from "../../src/domain/calendar-date.ts";
import { openShop, outcomesOf, readShop, runShop, withStep } from "./shop.ts";
import { trendOver } from "./trend-over.ts";

describe("the audit of windows in a run", () => {
  it("commits nothing of a definition that reads six days back and declares two, and says what to declare", async () => {
    const runbook = trendOver(await readShop(), { declared: 2, read: 6 });
    await using warehouse = await openShop();
    const result = await runShop(warehouse, { runbook, skipAudit: false });
    assert.equal(result.isClean, false);
    assert.deepEqual(outcomesOf(result, "committed")["TREND"], undefined);
    const failed = result.cells.find(({ processor }) => processor === "TREND")?.outcomes ?? [];
    const errors = new Set(failed.map((outcome) => (outcome.kind === "failed" ? outcome.error : "")));
    assert.equal(errors.size, 1);
    assert.match(
      [...errors].join(),
      /^window-too-narrow: shop_analytics\.shop_day is read beyond previous-days: 2: on 2024-01-\d\d \w+ of "\w+" is .*; previous-days: 6 would suffice$/,
    );
  });

  it("finds it where a date that gives no row cannot be computed with its windows alone", async () => {
    const text = `select shop, sale_date, 1.0 as mean_total, 1 as days,
  cast(null as string) as failure_category, cast(null as string) as failure_reason
from shop_raw.sales as sale
where sale_date between @start_date and @end_date
  and case
    when sale_date >= date '2024-01-11' and sale_date not in (select sale_date + 3 from shop_analytics.shop_day)
      then cast(error('nothing three days back') as bool)
    else false
  end`;
    const trend = trendOver(await readShop(), { declared: 2, read: 3 });
    const processors = withStep(trend, "TREND", text).processors.map((processor) =>
      processor.id === "TREND" ? { ...processor, population: undefined } : processor,
    );
    const runbook = { ...trend, processors };
    await using warehouse = await openShop();
    const range = { from: "2024-01-01" as CalendarDate, to: "2024-01-14" as CalendarDate };
    await runShop(warehouse, { runbook, selection: { range, processors: ["DAY"] } });
    const selection = { range: { ...range, from: "2024-01-08" as CalendarDate }, processors: ["TREND"] };
    const { cells } = await runShop(warehouse, { runbook, selection, skipAudit: false });
    const outcomes = cells.flatMap((cell) => cell.outcomes);
    const errors = new Set(
      outcomes.map((outcome) => (outcome.kind === "failed" ? outcome.error : outcome.kind)),
    );
    assert.match(
      [...errors].join(),
      /^window-too-narrow: shop_analytics\.shop_day is read beyond previous-days: 2: on 2024-01-1\d the outcome of "every entity" is .*nothing three days back with it and computed with every row; previous-days: 3 would suffice$/,
    );
  });

  it("accuses no true window, asks once, and then costs no statement", async () => {
    const runbook = trendOver(await readShop(), { declared: 6, read: 6 });
    await using warehouse = await openShop();
    assert.equal((await runShop(warehouse, { runbook, skipAudit: false })).isClean, true);
    const asked: string[] = [];
    const again = await runShop(listening(warehouse, asked), {
      runbook,
      selection: { force: true },
      skipAudit: false,
    });
    assert.equal(again.isClean, true);
    assert.ok(asked.length > 10);
    assert.deepEqual(
      asked.filter((purpose) => /\baudit/.test(purpose)),
      ["read which windows were audited"],
    );
    asked.length = 0;
    assert.equal(
      (await runShop(listening(warehouse, asked), { runbook, skipAudit: false })).plan.totals.units,
      0,
    );
    assert.deepEqual(
      asked.filter((purpose) => /\baudit/.test(purpose)),
      [],
    );
  });
});

/** The warehouse, and what it was asked for, also by its sessions. */
function listening(warehouse: Warehouse, asked: string[]): Warehouse {
  return {
    ...warehouse,
    query(statement): Promise<readonly Row[]> {
      asked.push(statement.purpose);
      return warehouse.query(statement);
    },
    execute(statements) {
      asked.push(...statements.map(({ purpose }) => purpose));
      return warehouse.execute(statements);
    },
    session: async () => listening(await warehouse.session(), asked),
    [Symbol.asyncDispose]: () => warehouse[Symbol.asyncDispose](),
  };
}
