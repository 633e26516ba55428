import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { gapsJson, type GapTable } from "../../../src/gates/gaps/gap-table.ts";
import { readCoverage } from "../../../src/gates/coverage/read-coverage.ts";
import { readGaps } from "../../../src/gates/gaps/read-gaps.ts";
import type { Runbook } from "../../../src/runbook/runbook.ts";
import type { Warehouse } from "../../../src/warehouse/warehouse.ts";
import type { CalendarDate } from "../../../src/domain/calendar-date.ts";
import {
  change,
  day,
  openSettled,
  openShop,
  scopeOf,
  settle,
  shopRunbook,
  type ShopChange,
} from "../toy-shop.ts";

async function gapsAfter(
  sql: string,
  table: string,
  { before = "", book: changes = {} }: { before?: string; book?: ShopChange } = {},
): Promise<GapTable | undefined> {
  const book = shopRunbook(changes);
  await using warehouse = await (before === "" ? openSettled() : settledAfter(before, book));
  if (sql !== "") await change(warehouse, sql);
  const scope = await scopeOf(warehouse, book);
  const { tables } = await readGaps(warehouse, scope, await readCoverage(warehouse, scope));
  return tables.find((one) => one.table === table);
}

async function settledAfter(sql: string, book: Runbook): Promise<Warehouse> {
  const warehouse = await openShop(book);
  await change(warehouse, sql);
  await settle(warehouse, book);
  return warehouse;
}

const mayBeEmpty = { minimumRows: "0", required: false } as const;
const dates = [1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12].map((number) =>
  day(`2024-05-${String(number).padStart(2, "0")}`),
);
const third = day("2024-05-03");
const lostThird = "delete from shop_raw.orders where order_date = '2024-05-03'";

/** What vanishes, of which source, and on which dates of four rows that is told. */
const vanishing: readonly {
  readonly title: string;
  readonly sql: string;
  readonly orders?: ShopChange["orders"];
  readonly status?: GapTable["status"];
  readonly on?: readonly CalendarDate[];
  readonly now?: number;
}[] = [
  { title: "a date", sql: lostThird, on: [third] },
  { title: "a date, which blocks", sql: lostThird, orders: { volume: "block" }, status: "thin", on: [third] },
  { title: "most of a date", sql: `${lostThird} and not order_id like '% ada 1'`, on: [third], now: 1 },
  { title: "not half of a date", sql: `${lostThird} and shop_id = 'ada'`, status: "ok" },
  {
    title: "most of a date above its minimum",
    sql: `${lostThird} and not order_id like '% ada 1'`,
    orders: { minimumRows: "1", required: true },
    on: [third],
    now: 1,
  },
  {
    title: "most of a date below its minimum, which says so",
    sql: `${lostThird} and not order_id like '% ada 1'`,
    orders: { minimumRows: "2" },
    status: "low",
  },
  {
    title: "a date of a required source, which is missing",
    sql: lostThird,
    orders: { required: true },
    status: "missing",
  },
  {
    title: "half of all dates",
    sql: "delete from shop_raw.orders where order_date >= '2024-05-08'",
    on: dates.slice(6),
  },
  { title: "all dates", sql: "delete from shop_raw.orders", on: dates },
  {
    title: "all dates of a table that an empty one replaces",
    sql: "create or replace table shop_raw.orders as from shop_raw.orders limit 0",
    on: dates,
  },
  {
    title: "not what has expired",
    sql: "delete from shop_raw.orders",
    orders: { retention: 25 },
    on: dates.filter((date) => date >= "2024-05-07"),
  },
  {
    title: "nothing where nobody has recorded any",
    sql: `drop table shop_ledger.cascade_volumes; ${lostThird}`,
    status: "ok",
  },
];

describe("readGaps()", () => {
  it("is ok where every date has its minimum", async () => {
    assert.partialDeepStrictEqual(await gapsAfter("", "shop_raw.orders"), {
      status: "ok",
      missing: [],
      low: [],
    });
  });

  it("names the dates of a source without rows", async () => {
    const gaps = await gapsAfter(
      "delete from shop_raw.orders where order_date = '2024-05-03'",
      "shop_raw.orders",
    );
    assert.partialDeepStrictEqual(gaps, { status: "missing", missing: ["2024-05-03"] });
  });

  it("names the dates of a source with fewer rows than the calendar's row asks for", async () => {
    const gaps = await gapsAfter(
      "delete from shop_raw.orders where order_id = '2024-05-03 ada 1'",
      "shop_raw.orders",
    );
    assert.partialDeepStrictEqual(gaps, { status: "low", low: [{ date: "2024-05-03", rows: 3 }] });
  });

  it("warns of a date of a source that lost half of its rows and keeps its minimum", async () => {
    const gaps = await gapsAfter(
      "delete from shop_raw.orders where order_date = '2024-05-12' and order_id like '% copy %' and cast(right(order_id, 1) as int) < 5",
      "shop_raw.orders",
      {
        before:
          "insert into shop_raw.orders select order_id || ' copy ' || n, * exclude (order_id, n) from shop_raw.orders, range(10) as t(n)",
      },
    );
    assert.partialDeepStrictEqual(gaps, {
      status: "suspect",
      missing: [],
      low: [],
      thin: [{ date: "2024-05-12", rows: 24, usual: 44 }],
    });
  });

  it("accepts an empty date of a source that need not have rows", async () => {
    const before = "delete from shop_raw.orders where order_date = '2024-05-03'";
    const gaps = await gapsAfter("", "shop_raw.orders", { before, book: { orders: mayBeEmpty } });
    assert.equal(gaps?.status, "ok");
  });

  for (const { title, sql, orders = {}, status = "suspect", on = [], now = 0 } of vanishing) {
    it(`tells of rows that a run has found and that are gone: ${title}`, async () => {
      const book = { orders: { ...mayBeEmpty, ...orders } };
      const gaps = await gapsAfter(sql, "shop_raw.orders", { book });
      const thin = on.map((date) => ({ date, rows: now, earlier: 4 }));
      assert.deepEqual([gaps?.status, gaps?.thin], [status, thin]);
    });
  }

  it("tells of them until they are back, whatever was built meanwhile", async () => {
    const book = shopRunbook({ orders: mayBeEmpty });
    await using warehouse = await settledAfter("create table kept as from shop_raw.orders", book);
    async function lookAgain(): Promise<readonly string[]> {
      await settle(warehouse, book);
      const scope = await scopeOf(warehouse, book);
      const { tables } = await readGaps(warehouse, scope, await readCoverage(warehouse, scope));
      return tables.flatMap(({ thin }) => thin.map(({ date }) => date));
    }
    await change(warehouse, "delete from shop_raw.orders where order_date = '2024-05-03'");
    assert.deepEqual(await lookAgain(), ["2024-05-03"]);
    assert.deepEqual(await lookAgain(), ["2024-05-03"]);
    await change(warehouse, "insert into shop_raw.orders from kept where order_date = '2024-05-03'");
    assert.deepEqual(await lookAgain(), []);
  });

  it("is check-failed when the minimum cannot be computed or is NULL", async () => {
    for (const minimumRows of ["calendar.tills * 2", "nullif(calendar.shops, 2)"]) {
      const gaps = await gapsAfter("", "shop_raw.orders", { book: { orders: { minimumRows } } });
      assert.equal(gaps?.status, "check-failed");
    }
  });

  it("reports rows of a source off the calendar without judging them", async () => {
    const gaps = await gapsAfter(
      "insert into shop_raw.orders values ('x', date '2024-05-06', 'ada', 1)",
      "shop_raw.orders",
    );
    assert.partialDeepStrictEqual(gaps, { status: "ok", offCalendar: [{ date: "2024-05-06", rows: 1 }] });
  });

  it("names the dates of a processor with neither rows nor failures", async () => {
    const gaps = await gapsAfter("delete from shop.sales where sale_date = '2024-05-03'", "shop.sales");
    assert.partialDeepStrictEqual(gaps, { status: "missing", missing: ["2024-05-03"], low: [] });
  });

  it("names the dates of a processor on which some member has no outcome", async () => {
    const gaps = await gapsAfter(
      "delete from shop.sales where sale_date = '2024-05-03' and shop_id = 'bob'",
      "shop.sales",
    );
    assert.partialDeepStrictEqual(gaps, { status: "low", low: [{ date: "2024-05-03", rows: 1 }] });
  });

  it("does not miss a date that failures explain whole", async () => {
    const gaps = await gapsAfter("", "shop.trend");
    assert.partialDeepStrictEqual(gaps, { status: "ok", missing: [], notExpected: ["2024-05-01"] });
  });

  it("prints the documented fields", async () => {
    const book = shopRunbook();
    await using warehouse = await openShop(book);
    const scope = await scopeOf(warehouse, book, { phases: [2] });
    const gaps = await readGaps(warehouse, scope, await readCoverage(warehouse, scope));
    const missing = scope.days.map(({ date }) => date);
    assert.deepEqual(gapsJson(gaps), {
      expectedDates: 11,
      tables: [
        {
          table: "shop.sales",
          phase: 2,
          status: "missing",
          missing,
          low: [],
          thin: [],
          accepted: [],
          notExpected: [],
          offCalendar: [],
        },
      ],
    });
  });
});
