import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CoverageRow } from "../../../src/gates/coverage/coverage-row.ts";
import { missingEntities } from "../../../src/gates/coverage/missing-entities.ts";
import { readCoverage } from "../../../src/gates/coverage/read-coverage.ts";
import type { Runbook } from "../../../src/runbook/runbook.ts";
import type { Warehouse } from "../../../src/warehouse/warehouse.ts";
import { change, day, openSettled, openShop, scopeOf, settle, shopRunbook } from "../toy-shop.ts";

const date = day("2024-05-03");

async function rowAfter(sql: string, book: Runbook = shopRunbook()): Promise<CoverageRow | undefined> {
  await using warehouse = await openSettled();
  if (sql !== "") await change(warehouse, sql);
  return await rowOf(warehouse, book);
}

async function rowOf(warehouse: Warehouse, book: Runbook): Promise<CoverageRow | undefined> {
  const { rows } = await readCoverage(warehouse, await scopeOf(warehouse, book));
  return rows.find((row) => row.processor === "SALES" && row.date === date);
}

async function rowBefore(sql: string): Promise<CoverageRow | undefined> {
  const book = shopRunbook();
  await using warehouse = await openShop(book);
  await change(warehouse, sql);
  await settle(warehouse, book);
  return await rowOf(warehouse, book);
}

describe("readCoverage()", () => {
  it("is ok when every expected entity has a row", async () => {
    const row = await rowAfter("");
    assert.partialDeepStrictEqual(row, { expected: 2, present: 2, explained: 0, untracked: 0, status: "ok" });
  });

  it("is partial when the absent entities are explained", async () => {
    const row = await rowBefore(
      "delete from shop_raw.orders where order_date = '2024-05-03' and shop_id = 'bob'",
    );
    assert.partialDeepStrictEqual(row, {
      present: 1,
      explained: 1,
      status: "partial",
      categories: { NO_ORDERS: 1 },
    });
  });

  it("is not-eligible when failures explain the whole set", async () => {
    const row = await rowBefore("update shop_raw.orders set shop_id = 'eve' where order_date = '2024-05-03'");
    assert.partialDeepStrictEqual(row, { present: 0, explained: 2, untracked: 0, status: "not-eligible" });
  });

  it("is untracked when an expected entity has neither row nor failure", async () => {
    const row = await rowAfter("delete from shop.sales where sale_date = '2024-05-03' and shop_id = 'ada'");
    assert.partialDeepStrictEqual(row, { present: 1, untracked: 1, status: "untracked" });
  });

  it("counts nothing as present while the newest attempt is blocked", async () => {
    const row = await rowAfter(`insert into shop_ledger.cascade_partitions
select processor_name, analysis_date, 'later', run_id, 'blocked', 0, 0, '+', '+', started_at, finished_at + interval 1 hour, null, null, 'waits', null
from shop_ledger.cascade_partitions where processor_name = 'SALES' and analysis_date = '2024-05-03'`);
    assert.partialDeepStrictEqual(row, { expected: 2, present: 0, untracked: 2, status: "blocked" });
  });

  it("does not let an undeclared category explain anything", async () => {
    const row = await rowAfter(`insert into shop_ledger.cascade_failures
select 'SALES', analysis_date, attempt_id, run_id, 'ada', 'NO_ORDER', '', false, started_at
from shop_ledger.cascade_partitions where processor_name = 'SALES' and analysis_date = '2024-05-03';
delete from shop.sales where sale_date = '2024-05-03' and shop_id = 'ada'`);
    assert.partialDeepStrictEqual(row, { explained: 0, untracked: 1, status: "untracked" });
  });

  it("counts a failure beside a row as phantom, and the member as present", async () => {
    const row = await rowAfter(`insert into shop_ledger.cascade_failures
select 'SALES', analysis_date, attempt_id, run_id, 'ada', 'NO_ORDERS', '', false, started_at
from shop_ledger.cascade_partitions where processor_name = 'SALES' and analysis_date = '2024-05-03'`);
    assert.partialDeepStrictEqual(row, { present: 2, explained: 0, phantom: 1, status: "ok" });
  });

  it("counts rows and failures of strangers as unexpected", async () => {
    const row = await rowAfter(
      "update shop.sales set shop_id = 'eve' where sale_date = '2024-05-03' and shop_id = 'ada'",
    );
    assert.partialDeepStrictEqual(row, { present: 1, untracked: 1, unexpected: 1 });
  });

  it("reports rows on a day off the calendar apart", async () => {
    const book = shopRunbook();
    await using warehouse = await openSettled();
    await change(warehouse, "update shop.sales set sale_date = '2024-05-06' where sale_date = '2024-05-05'");
    const { strays, rows } = await readCoverage(warehouse, await scopeOf(warehouse, book));
    assert.deepEqual(strays, [{ processor: "SALES", date: "2024-05-06", entities: 2, example: "ada" }]);
    assert.equal(rows.filter((row) => row.date === "2024-05-06").length, 0);
  });

  it("is check-failed on every date when the query fails, and says why", async () => {
    const book = shopRunbook();
    await using warehouse = await openSettled();
    const scope = await scopeOf(warehouse, book);
    await change(warehouse, "alter table shop.sales drop column shop_id");
    const { rows, failed } = await readCoverage(warehouse, scope);
    const own = rows.filter(({ processor }) => processor === "SALES");
    assert.deepEqual(new Set(own.map(({ status }) => status)), new Set(["check-failed"]));
    assert.match(failed[0]?.message ?? "", /shop_id/);
  });

  it("counts everything as untracked where the tables do not exist", async () => {
    const book = shopRunbook();
    await using warehouse = await openShop(book);
    await change(warehouse, "drop table shop.sales; drop view shop_ledger.precompute_failures");
    assert.partialDeepStrictEqual(await rowOf(warehouse, book), {
      expected: 2,
      untracked: 2,
      status: "untracked",
    });
  });

  it("is check-failed while a population would read an outdated calendar table", async () => {
    const text = "select open_date as analysis_date, 'all' as entity_id from shop_ledger.calendar";
    const population = { id: "ALL", title: "All", sql: { file: "all.sql", text }, reads: [] };
    const book = shopRunbook({ sales: { population } });
    await using warehouse = await openShop(book);
    await change(warehouse, "delete from shop_ledger.calendar");
    assert.partialDeepStrictEqual(await rowOf(warehouse, book), { status: "check-failed" });
  });

  it("looks at lead-in dates only when asked, and only of processors that have one", async () => {
    const book = shopRunbook();
    await using warehouse = await openSettled();
    const late = { from: day("2024-05-05"), to: day("2024-05-12") };
    const without = await readCoverage(warehouse, await scopeOf(warehouse, book, { range: late }));
    const scope = await scopeOf(warehouse, book, { range: late, withLeadIn: true });
    const { rows } = await readCoverage(warehouse, scope);
    assert.equal(without.rows.length, 14);
    assert.equal(rows.filter(({ processor }) => processor === "SALES").length, 11);
    assert.equal(rows.filter(({ processor }) => processor === "TREND").length, 7);
  });
});

describe("missingEntities()", () => {
  it("names the members of a kind, in order and at most as many as asked for", async () => {
    const book = shopRunbook();
    await using warehouse = await openSettled();
    await change(warehouse, "delete from shop.sales where sale_date in ('2024-05-03', '2024-05-04')");
    const scope = await scopeOf(warehouse, book);
    const [processor] = book.processors;
    assert.ok(processor);
    const dates = [day("2024-05-03"), day("2024-05-04")];
    const named = await missingEntities(warehouse, scope, { processor, dates, kind: "untracked", limit: 3 });
    assert.equal(named.kind, "named");
    assert.deepEqual(
      named.kind === "named" ? named.members.map((member) => `${member.date} ${member.entity}`) : [],
      ["2024-05-03 ada", "2024-05-03 bob", "2024-05-04 ada"],
    );
  });
});
