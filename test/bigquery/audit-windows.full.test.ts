import assert from "node:assert/strict";
import { auditText } from "../../src/audit/audit-text.ts";
import { calendarText, relationText } from "../../src/audit/dated-texts.ts";
import type { CalendarDate } from "../../src/domain/calendar-date.ts";
import type { TableId } from "../../src/domain/table-id.ts";
import type { Window } from "../../src/domain/window.ts";
import { readCalendarDays } from "../../src/ledger/read-calendar-days.ts";
import { runBackfill } from "../../src/run/run-backfill.ts";
import { outcomesOf, readShop, wallEffects } from "../run/shop.ts";
import { trendOver } from "../run/trend-over.ts";
import { testsThatNeed } from "../tests-that-need.ts";
import { openEmulatedShop } from "./emulated-shop.ts";
import { withoutEmulator } from "./emulator.ts";

const { describe, it } = testsThatNeed(withoutEmulator);

describe("the audit of windows on a BigQuery emulator", () => {
  it("commits nothing of a definition that reads six days back and declares two, and says what to declare", async () => {
    const runbook = trendOver(await readShop(), { declared: 2, read: 6 });
    await using shop = await openEmulatedShop(runbook);
    const range = { from: "2024-01-01" as CalendarDate, to: "2024-01-11" as CalendarDate };
    const selection = { range, processors: ["DAY", "TREND"] };
    const result = await runBackfill(shop.warehouse, { runbook, selection }, wallEffects());
    assert.deepEqual(Object.keys(outcomesOf(result, "committed")), ["DAY"]);
    const refused = result.cells.find(({ processor }) => processor === "TREND")?.outcomes ?? [];
    const errors = new Set(
      refused.map((outcome) => (outcome.kind === "failed" ? outcome.error : outcome.kind)),
    );
    assert.equal(errors.size, 1);
    assert.match(
      [...errors].join(),
      /^window-too-narrow: shop_analytics\.shop_day is read beyond previous-days: 2: on 2024-01-\d\d \w+ of "\w+" is .*; previous-days: 6 would suffice$/,
    );
  });

  it("finds too narrow windows of the calendar and of statements beside the steps too", async () => {
    const runbook = await readShop();
    await using shop = await openEmulatedShop(runbook);
    const { warehouse } = shop;
    const calendar = await readCalendarDays(warehouse, runbook);
    const [table] = runbook.sources.map((source) => source.table);
    assert.ok(table !== undefined && runbook.calendar.origin.kind === "query");
    const text = `select current_sale.sale_date as analysis_date, current_sale.shop as entity_id, cast(count(*) as string) as detail
from shop_raw.sales as current_sale
join shop_raw.sales as past on past.shop = current_sale.shop
  and past.sale_date between date_sub(current_sale.sale_date, interval 3 day) and current_sale.sale_date
where current_sale.sale_date between @start_date and @end_date
group by 1, 2`;
    const sql = { file: "sql/relation/sales.sql", text };
    async function sufficientFor(...windows: readonly Window[]): Promise<readonly unknown[]> {
      const reads = windows.map((window) => ({ table: table as TableId, window }));
      const { origin } = runbook.calendar;
      const asked = {
        ...runbook,
        calendar: { ...runbook.calendar, origin: { ...origin, reads } as typeof origin },
      };
      const relation = relationText(warehouse.dialect, asked, { name: "sales", sql, reads, level: "block" });
      const dates = calendarText(warehouse.dialect, asked);
      assert.ok(dates !== undefined);
      const days = calendar.slice(5, 8).map(({ date }) => date);
      const scope = { warehouse, runbook: asked, calendar };
      const findings = [await auditText(scope, relation, days), await auditText(scope, dates, days)];
      return findings.map((own) => own.map(({ edge }) => edge?.suffices));
    }
    assert.deepEqual(await sufficientFor({ kind: "previous-days", days: 1 }, { kind: "same-date" }), [
      ["previous-days: 3"],
      [],
    ]);
    assert.deepEqual(await sufficientFor({ kind: "previous-days", days: 3 }), [["same-date"], ["same-date"]]);
    assert.deepEqual(await sufficientFor({ kind: "same-date" }, { kind: "previous-days", days: 3 }), [
      [],
      [],
    ]);
  });
});
