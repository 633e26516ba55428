import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isBounded } from "../../src/audit/audit-text.ts";
import { readCauses } from "../../src/gates/read-causes.ts";
import { parseTableId, type TableId } from "../../src/domain/table-id.ts";
import type { Window } from "../../src/domain/window.ts";
import { readState } from "../../src/ledger/read-state.ts";
import { checkAndRecord } from "../../src/operations/check-gate.ts";
import type { Gate, Runbook } from "../../src/runbook/runbook.ts";
import type { TableRead } from "../../src/runbook/table-read.ts";
import type { Row, Warehouse } from "../../src/warehouse/warehouse.ts";
import { openSettledShop, openShop, readShop, runShop, shopRange, testEffects } from "../run/shop.ts";

function tableOf(name: string): TableId {
  const table = parseTableId(name);
  assert.ok(table !== undefined);
  return table;
}

const sales = tableOf("shop_raw.sales");
const days = tableOf("shop_analytics.shop_day");

function reads(table: TableId, ...windows: readonly (Window | undefined)[]): readonly TableRead[] {
  return windows.map((window) => ({ table, window }));
}

const gate: Gate = {
  id: "days",
  kind: "contract",
  after: ["DAY"],
  processors: ["DAY"],
  blocking: true,
  strict: false,
  place: { file: "runbook.yml", line: 1, column: 1 },
};

/** The shop whose DAY may not sell more than on one of the three days before. */
function withRelation(runbook: Runbook, before: Window | undefined): Runbook {
  const text = `select today.sale_date as analysis_date, today.shop as entity_id, cast(min(past.total) as string) as detail
from shop_analytics.shop_day as today
join shop_analytics.shop_day as past
  on past.shop = today.shop and past.sale_date < today.sale_date and past.sale_date >= today.sale_date - 3
where today.sale_date between @start_date and @end_date
group by today.sale_date, today.shop, today.total
having today.total > min(past.total)`;
  const sql = { file: "sql/relation/leap.sql", text };
  const windows = before === undefined ? [undefined] : [{ kind: "same-date" } as const, before];
  const relation = { name: "no leap", sql, reads: reads(days, ...windows), level: "warn" } as const;
  const processors = runbook.processors.map((processor) =>
    processor.id === "DAY" ? { ...processor, relations: [relation] } : processor,
  );
  return { ...runbook, processors };
}

async function lookAt(warehouse: Warehouse, runbook: Runbook) {
  const checkedAt = testEffects().now();
  const look = { runbook, selection: { range: shopRange }, gate, runId: "r1", checkedAt };
  return checkAndRecord({ reading: warehouse, ledger: warehouse }, look);
}

describe("the windows of a relation", () => {
  it("that are too narrow make its gate fail closed, with the window that would do", async () => {
    const { warehouse } = await openSettledShop();
    await using _ = warehouse;
    const runbook = withRelation(await readShop(), { kind: "previous-days", days: 1 });
    const result = await lookAt(warehouse, runbook);
    assert.equal(result.status, "check-failed");
    assert.match(
      JSON.stringify(result.detail),
      /Cannot rely on the relation \\"no leap\\": window-too-narrow: shop_analytics\.shop_day is read beyond previous-days: 1 and same-date: on 2024-01-\d\d a row of .*; previous-days: 3 would suffice/,
    );
  });

  it("are asked about once where they are true, and never where none is declared", async () => {
    const { warehouse } = await openSettledShop();
    await using _ = warehouse;
    for (const [window, first] of [
      [{ kind: "previous-days", days: 3 } as const, true],
      [undefined, false],
    ] as const) {
      const runbook = withRelation(await readShop(), window);
      const asked: string[] = [];
      const listening = listen(warehouse, asked);
      const looks: boolean[] = [];
      while (looks.length < 2) {
        assert.notEqual((await lookAt(listening, runbook)).status, "check-failed");
        looks.push(asked.includes('audit the relation "no leap"'));
        asked.length = 0;
      }
      assert.deepEqual(looks, [first, false]);
    }
  });
});

describe("the windows of a cause", () => {
  it("that are too narrow take its counts away, and say which would do", async () => {
    const { warehouse } = await openSettledShop();
    await using _ = warehouse;
    const shop = await readShop();
    const text = `select 'sold before' as cause, count(*) as failures from shop_raw.sales as past
where past.sale_date >= @start_date - 2 and past.sale_date <= @end_date and @processor_name <> ''`;
    const { calendar } = await readState(warehouse, shop, shopRange);
    const budgets = [{ processor: "DAY", period: "late", verdict: "exceeded" }] as never;
    async function ask(...windows: readonly Window[]) {
      const sql = { file: "sql/cause/before.sql", text };
      const cause = {
        id: "before",
        title: "sold before",
        processors: undefined,
        sql,
        reads: reads(sales, ...windows),
      };
      return readCauses(warehouse, { runbook: { ...shop, causes: [cause] }, calendar }, budgets);
    }
    const narrow = await ask({ kind: "same-date" });
    assert.deepEqual(narrow.counts, []);
    assert.match(narrow.failed.join(), /the cause "before" of DAY: .*previous-days: 2 would suffice/);
    const wide = await ask({ kind: "same-date" }, { kind: "previous-days", days: 2 });
    assert.deepEqual(wide.failed, []);
    assert.equal(wide.counts.length, 1);
  });
});

describe("the windows of the calendar", () => {
  /** A date of the calendar's has the season of the first sale. */
  function withCalendar(runbook: Runbook, ...windows: readonly Window[]): Runbook {
    const text =
      "select sale_date, extract(year from min(min(sale_date)) over ()) as season from shop_raw.sales group by sale_date";
    const { calendar } = runbook;
    const sql = { file: "sql/calendar.sql", text };
    return {
      ...runbook,
      calendar: { ...calendar, origin: { kind: "query", sql, reads: reads(sales, ...windows) } },
    };
  }

  it("that are true are audited once", async () => {
    const runbook = withCalendar(await readShop(), { kind: "same-date" });
    assert.ok(runbook.calendar.origin.kind === "query" && isBounded(runbook.calendar.origin));
    await using warehouse = await openShop();
    const audits: number[] = [];
    for (const force of [false, true]) {
      const asked: string[] = [];
      const run = { runbook, selection: { force }, skipAudit: false };
      assert.equal((await runShop(listen(warehouse, asked), run)).isClean, true);
      audits.push(asked.filter((purpose) => purpose === "audit the calendar").length);
    }
    assert.deepEqual(audits, [5, 0]);
  });

  it("that are too narrow refuse the run before anything is computed", async () => {
    const shop = await readShop();
    const narrow = withCalendar(shop, { kind: "previous-days", days: 1 });
    await using warehouse = await openShop();
    await assert.rejects(runShop(warehouse, { runbook: narrow, skipAudit: false }), {
      code: "calendar-invalid",
      message:
        /shop_raw\.sales is read beyond previous-days: 1: on 2024-01-\d\d a row of "2024-01-\d\d" is nothing with it and .* with every row; same-date would suffice/,
    });
    const sql = "select count(*) as attempts from shop_processing.cascade_partitions";
    assert.deepEqual(await warehouse.query({ sql, purpose: "count" }), [{ attempts: 0 }]);
  });
});

/** The warehouse, and what it was asked for, also by its sessions. */
function listen(warehouse: Warehouse, asked: string[]): Warehouse {
  return {
    ...warehouse,
    query(statement): Promise<readonly Row[]> {
      asked.push(statement.purpose);
      return warehouse.query(statement);
    },
    session: async () => listen(await warehouse.session(), asked),
    [Symbol.asyncDispose]: () => warehouse[Symbol.asyncDispose](),
  };
}
