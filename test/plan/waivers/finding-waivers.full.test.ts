import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readNamedFindings } from "../../../src/operations/named-findings.ts";
import type { GateResult } from "../../../src/gates/gate-result.ts";
import { runGates } from "../../../src/gates/run-gates.ts";
import { waiverDigest } from "../../../src/plan/waivers/waiver-digest.ts";
import type { GateKind, Runbook } from "../../../src/runbook/runbook.ts";
import type { Waiver } from "../../../src/runbook/waiver.ts";
import type { Warehouse } from "../../../src/warehouse/warehouse.ts";
import {
  change,
  day,
  openSettled,
  openShop,
  range,
  scopeOf,
  settle,
  shopRunbook,
  tableOf,
  type ShopChange,
} from "../../gates/toy-shop.ts";

const place = { file: "waivers.yml", line: 1, column: 1 };
const lostDay = "delete from shop_raw.orders where order_date = '2024-05-03'";
const lostOrder = "delete from shop_raw.orders where order_id = '2024-05-03 ada 1'";
const doubleAda = `insert into shop_ledger.cascade_failures
  (processor_name, analysis_date, attempt_id, run_id, entity_id, failure_category, failure_reason, can_retry, created_at)
select processor_name, analysis_date, attempt_id, run_id, 'ada', 'NO_ORDERS', 'none', false, finished_at
from shop_ledger.cascade_partitions where processor_name = 'SALES' and analysis_date = '2024-05-03'`;
const rowOfNobody =
  "insert into shop.sales select * replace ('nobody' as shop_id) from shop.sales where sale_date = '2024-05-03' and shop_id = 'ada'";
const undo: Readonly<Record<string, string>> = {
  phantom:
    "delete from shop_ledger.cascade_failures where processor_name = 'SALES' and analysis_date = '2024-05-03' and entity_id = 'ada'",
  unexpected: "delete from shop.sales where shop_id = 'nobody'",
};
const ofOrders: Partial<Waiver> = { source: tableOf("shop_raw.orders") };

/** The runbook with a waiver for what the warehouse holds now. */
async function accepting(
  warehouse: Warehouse,
  waiver: Partial<Waiver>,
  changes: ShopChange = {},
): Promise<Runbook> {
  const book = shopRunbook(changes);
  const whole: Waiver = {
    id: "known",
    kind: "finding",
    processor: undefined,
    period: undefined,
    dates: [day("2024-05-03")],
    entities: [],
    maximumRate: undefined,
    reason: "it is known",
    approver: "jane",
    expires: day("2024-06-30"),
    digest: "",
    warehouse: warehouse.hashTag,
    place,
    ...waiver,
  };
  const { state } = await scopeOf(warehouse, book);
  return { ...book, waivers: [{ ...whole, digest: waiverDigest(book, state, whole) }] };
}

async function look(
  warehouse: Warehouse,
  runbook: Runbook,
  { kind, today = day("2024-06-01") }: { readonly kind: GateKind; readonly today?: ReturnType<typeof day> },
): Promise<GateResult> {
  const processors = ["SALES"];
  const head = { id: kind, kind, after: processors, processors, blocking: true, strict: false, place };
  const gate = kind === "freshness" ? { ...head, maximumAge: 0 } : head;
  const [result] = await runGates(warehouse, { runbook, range, today }, [gate]);
  assert.ok(result);
  return result;
}

describe("a waiver of a finding", () => {
  it("lets what reads a required source be planned and run although a day of it is not there", async () => {
    await using warehouse = await openShop(shopRunbook());
    await change(warehouse, lostDay);
    const without = await settle(warehouse, shopRunbook());
    assert.equal(without.plan.totals.blocked, 3);
    const book = await accepting(warehouse, { ...ofOrders, finding: "missing" });
    const run = await settle(warehouse, book);
    assert.deepEqual([run.isClean, run.plan.totals.blocked, run.plan.totals.units], [true, 0, 3]);
    for (const kind of ["gaps", "contamination"] as const) {
      const result = await look(warehouse, book, { kind });
      assert.partialDeepStrictEqual(result, { status: "warned", held: [], exitCode: 0 });
      assert.match(result.summary, /shop_raw.orders 2024-05-03: .*accepted by the waiver "known"/);
    }
    await change(warehouse, "insert into shop_raw.orders values ('late', '2024-05-03', 'ada', 9)");
    const late = await look(warehouse, book, { kind: "gaps" });
    assert.partialDeepStrictEqual(late, { status: "blocked", exitCode: 1 });
  });

  it("lifts what a gate holds until it expires, or the content changes, and tells it then", async () => {
    await using warehouse = await openShop(shopRunbook());
    await change(warehouse, lostOrder);
    await settle(warehouse, shopRunbook());
    const book = await accepting(warehouse, { ...ofOrders, finding: "low" });
    assert.partialDeepStrictEqual(await look(warehouse, book, { kind: "gaps" }), {
      status: "warned",
      held: [],
    });
    const expired = await look(warehouse, book, { kind: "gaps", today: day("2024-07-01") });
    assert.equal(expired.status, "blocked");
    assert.match(expired.summary, /only 3 rows; the waiver "known" lapsed: it has expired/);
    await change(warehouse, "update shop_raw.orders set amount = 1 where order_date = '2024-05-03'");
    const changed = await look(warehouse, book, { kind: "gaps" });
    assert.equal(changed.status, "blocked");
    assert.match(changed.summary, /the waiver "known" lapsed: what it was accepted for has changed/);
  });

  it("accepts one name in one table on its dates and nothing else", async () => {
    const odd = { valid: "{field} > 1000", exempt: undefined };
    const field = {
      field: "best",
      valid: "best > 1000",
      exempt: undefined,
      written: odd,
      level: "block",
    } as const;
    const changes = { sales: { critical: [field] } };
    await using warehouse = await openSettled();
    const all = (await scopeOf(warehouse, shopRunbook())).days.map(({ date }) => date);
    const kind = "contamination";
    const accepted = await accepting(warehouse, { processor: "SALES", finding: "best", dates: all }, changes);
    assert.partialDeepStrictEqual(await look(warehouse, accepted, { kind }), { status: "warned", held: [] });
    const others: readonly Partial<Waiver>[] = [
      { processor: "SALES", finding: "revenue", dates: all },
      { processor: "TREND", finding: "best", dates: all },
      { processor: "SALES", finding: "best", dates: all.slice(1) },
      { processor: "SALES", finding: "best", dates: all, warehouse: "other/1" },
    ];
    for (const waiver of others) {
      const book = await accepting(warehouse, waiver, changes);
      assert.equal((await look(warehouse, book, { kind })).status, "blocked", JSON.stringify(waiver));
    }
  });

  it("lets dates be late, and tells it, until what is waited for comes", async () => {
    await using warehouse = await openShop(shopRunbook());
    await change(warehouse, "delete from shop_raw.orders where order_date >= '2024-05-10'");
    const kind = "freshness";
    const dates = ["2024-05-10", "2024-05-11", "2024-05-12"].map(day);
    const book = await accepting(warehouse, { ...ofOrders, finding: "late", dates });
    const late = await look(warehouse, shopRunbook(), { kind });
    assert.match(late.summary, /^shop_raw\.orders 2024-05-10: the newest date is 2024-05-09/);
    const accepted = await look(warehouse, book, { kind });
    assert.doesNotMatch(accepted.summary, /^shop_raw\.orders/);
    const detail = accepted.detail as { readonly tables: readonly Readonly<Record<string, unknown>>[] };
    const orders = detail.tables.find(({ table }) => table === "shop_raw.orders");
    assert.partialDeepStrictEqual(orders, { status: "fresh", due: "2024-05-09", accepted: dates });
    await change(warehouse, "insert into shop_raw.orders values ('first', '2024-05-10', 'ada', 9)");
    const lapsed = await look(warehouse, book, { kind });
    assert.match(lapsed.summary, /^shop_raw\.orders 2024-05-11: the newest date is 2024-05-10/);
  });

  it("accepts members with two outcomes, or that nobody expects, until the table changes", async () => {
    await using warehouse = await openSettled();
    const own = { phantom: doubleAda, unexpected: rowOfNobody };
    const kind = "coverage";
    for (const [finding, sql] of Object.entries(own)) {
      await change(warehouse, sql);
      const without = await look(warehouse, shopRunbook(), { kind });
      assert.partialDeepStrictEqual(without, { status: "blocked", held: [{ dates: ["2024-05-03"] }] });
      const other = finding === "phantom" ? "unexpected" : "phantom";
      const wrong = await accepting(warehouse, { processor: "SALES", finding: other });
      assert.equal((await look(warehouse, wrong, { kind })).status, "blocked");
      const book = await accepting(warehouse, { processor: "SALES", finding });
      const result = await look(warehouse, book, { kind });
      assert.partialDeepStrictEqual(result, { status: "warned", held: [], exitCode: 0 });
      assert.match(result.summary, /SALES 2024-05-03: 1 .*; accepted by the waiver "known"/);
      const named = await readNamedFindings(warehouse, await scopeOf(warehouse, book));
      assert.ok(named.some(({ name, date }) => name === finding && date === "2024-05-03"));
      await change(warehouse, "update shop.sales set revenue = revenue + 1 where sale_date = '2024-05-03'");
      const lapsed = await look(warehouse, book, { kind });
      assert.equal(lapsed.status, "blocked");
      assert.match(lapsed.summary, /the waiver "known" lapsed: what it was accepted for has changed/);
      await change(warehouse, undo[finding] ?? "");
    }
  });

  it("accepts rows that break the contract, and a relation in both gates that ask it", async () => {
    const [usual] = shopRunbook().processors[0]?.relations ?? [];
    assert.ok(usual);
    const odd = "select date '2024-05-03' as analysis_date, 'ada' as entity_id, 'odd' as detail";
    const changes = { sales: { relations: [{ ...usual, sql: { file: "odd.sql", text: odd } }] } };
    await using warehouse = await openSettled();
    const book = await accepting(warehouse, { processor: "SALES", finding: usual.name }, changes);
    for (const kind of ["contract", "contamination"] as const) {
      assert.equal((await look(warehouse, shopRunbook(changes), { kind })).status, "blocked");
      const result = await look(warehouse, book, { kind });
      assert.partialDeepStrictEqual(result, { status: "warned", held: [], exitCode: 0 });
      assert.match(result.summary, /accepted by the waiver "known"/);
    }
  });
});
