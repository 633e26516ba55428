import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CalendarDate } from "../../src/domain/calendar-date.ts";
import { parseTableId } from "../../src/domain/table-id.ts";
import type { Window } from "../../src/domain/window.ts";
import type { Runbook } from "../../src/runbook/runbook.ts";
import type { Row, Warehouse } from "../../src/warehouse/warehouse.ts";
import { openShop, outcomesOf, readShop, runShop, shopRange, withStep } from "./shop.ts";

const days = parseTableId("shop_analytics.shop_day");

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

  it("finds it too where every cell is a date", async () => {
    const runbook = trendOver(await readShop(), { declared: 2, read: 6 });
    await using warehouse = await openShop();
    const range = { ...shopRange, to: "2024-01-05" as CalendarDate };
    const result = await runShop(warehouse, {
      runbook,
      selection: { chunkDays: 1, range },
      skipAudit: false,
    });
    const failed = result.cells
      .filter(({ processor }) => processor === "TREND")
      .flatMap(({ outcomes }) => outcomes)
      .filter(({ kind }) => kind === "failed");
    assert.ok(failed.length > 0);
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

/** The shop's TREND as the mean of some days before the date, and the window that it declares. */
function trendOver(runbook: Runbook, days: { readonly declared: number; readonly read: number }): Runbook {
  const text = `select today.shop, today.sale_date,
  cast(avg(earlier.total) as float64) as mean_total,
  case when count(earlier.total) > 0 then least(count(earlier.total), 3) end as days,
  case when count(earlier.total) = 0 then 'TOO_FEW_DAYS' end as failure_category,
  case when count(earlier.total) = 0 then 'none' end as failure_reason
from (select distinct shop, sale_date from shop_raw.sales where sale_date between @start_date and @end_date) as today
left join shop_analytics.shop_day as earlier on earlier.shop = today.shop
  and earlier.sale_date < today.sale_date and earlier.sale_date >= today.sale_date - ${days.read}
group by 1, 2`;
  return withWindow(withStep(runbook, "TREND", text), { kind: "previous-days", days: days.declared });
}

function withWindow(runbook: Runbook, window: Window): Runbook {
  const processors = runbook.processors.map((processor) =>
    processor.id === "TREND"
      ? {
          ...processor,
          definition: `${processor.definition} ${JSON.stringify(window)}`,
          reads: processor.reads.map((edge) => (edge.table === days ? { ...edge, window } : edge)),
        }
      : processor,
  );
  return { ...runbook, processors };
}

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
