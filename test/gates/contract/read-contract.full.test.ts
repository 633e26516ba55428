import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ContractTable } from "../../../src/gates/contract/contract-table.ts";
import { judgeContract } from "../../../src/gates/contract/judge-contract.ts";
import { openGateScope } from "../../../src/gates/gate-scope.ts";
import { readContract } from "../../../src/gates/contract/read-contract.ts";
import { seenText } from "../../../src/gates/seen-text.ts";
import type { Relation } from "../../../src/runbook/runbook.ts";
import { change, day, openSettled, range, scopeOf, shopRunbook, tableOf } from "../toy-shop.ts";

async function contractAfter(sql: string, table = "shop.sales"): Promise<ContractTable | undefined> {
  const book = shopRunbook();
  await using warehouse = await openSettled();
  const scope = await scopeOf(warehouse, book);
  if (sql !== "") await change(warehouse, sql);
  return (await readContract(warehouse, scope)).find((one) => one.table === table);
}

async function firstAfter(sql: string, table?: string): Promise<string> {
  const contract = await contractAfter(sql, table);
  const [violation] = contract?.violations ?? [];
  return `${contract?.status}: ${violation?.check} · ${violation?.date} · ${violation?.occurrences} · ${violation?.example}`;
}

const ada = "where sale_date = '2024-05-03' and shop_id = 'ada'";
const failure = (entity: string, category: string): string => `insert into shop_ledger.cascade_failures
select 'SALES', analysis_date, attempt_id, run_id, '${entity}', '${category}', '', false, started_at
from shop_ledger.cascade_partitions where processor_name = 'SALES' and analysis_date = '2024-05-03'`;

describe("readContract()", () => {
  it("is ok when every table keeps what it declares", async () => {
    for (const table of ["shop_raw.openings", "shop_raw.orders", "shop.sales", "shop.trend"]) {
      assert.partialDeepStrictEqual(await contractAfter("", table), { status: "ok", violations: [] });
    }
  });

  it("warns of a table that the engine lets expire, but for partitions that are kept as long as their retention", async () => {
    const option = (name: string, value: string): string =>
      `select 'shop' as table_schema, 'sales' as table_name, '${name}' as option_name, '${value}' as option_value`;
    const told = [
      { option: option("partition_expiration_days", "30.0"), retention: undefined, finds: 1 },
      { option: option("partition_expiration_days", "30.0"), retention: 20, finds: 0 },
      { option: option("partition_expiration_days", "30.0"), retention: 40, finds: 1 },
      { option: option("expiration_timestamp", 'TIMESTAMP "2030-01-01"'), retention: 20, finds: 1 },
      { option: "select error('no right') as table_schema", retention: undefined, finds: "check-failed" },
    ];
    await using warehouse = await openSettled();
    for (const { option: expiring, retention, finds } of told) {
      const layouts = { columns: () => "", expiries: () => expiring };
      const asked = { ...warehouse, dialect: { ...warehouse.dialect, layouts } };
      const scope = await scopeOf(asked, shopRunbook());
      const processors = scope.processors.map((processor) =>
        retention === undefined ? processor : { ...processor, retention },
      );
      const tables = await readContract(asked, { ...scope, processors });
      const sales = tables.find(({ table }) => table === "shop.sales");
      const [violation] = sales?.violations ?? [];
      if (finds === "check-failed")
        assert.match(sales?.messages[0] ?? "", /^Cannot read which tables expire: /);
      else assert.equal(sales?.violations.length, finds, expiring);
      const status = { 0: "ok", 1: "suspect" }[Number(finds)] ?? "check-failed";
      assert.equal(sales?.status, status);
      if (finds === 1) {
        assert.match(
          violation?.check ?? "",
          /^shop\.sales: expected no expiry, found \w+ .*; its rows will vanish/,
        );
        assert.equal(judgeContract(scope, tables).held.length, 0, "it holds nothing back");
      }
    }
  });

  it("finds a key that stands twice", async () => {
    assert.equal(
      await firstAfter(`insert into shop.sales select * from shop.sales ${ada}`),
      "violated: the key stands more than once · 2024-05-03 · 1 · 2024-05-03|ada",
    );
    assert.equal(
      await firstAfter(
        "insert into shop_raw.orders select * from shop_raw.orders where order_id = '2024-05-03 ada 1'",
        "shop_raw.orders",
      ),
      "violated: the key stands more than once · 2024-05-03 · 1 · 2024-05-03 ada 1",
    );
  });

  it("counts rows that no date holds, of what it looks at and of what that reads, and holds nothing back for them", async () => {
    const undated = [
      ["null", "order_date is NULL but required"],
      ["'infinity'", "order_date is no date of the years 1000 to 9999"],
      ["'0999-12-31'", "order_date is no date of the years 1000 to 9999"],
    ] as const;
    const book = shopRunbook();
    for (const [date, check] of undated) {
      await using warehouse = await openSettled();
      await change(
        warehouse,
        `insert into shop_raw.orders values ('x1', ${date}, 'ada', 5), ('x2', ${date}, 'ada', 5)`,
      );
      for (const processors of [undefined, ["SALES"]]) {
        const scope = await scopeOf(warehouse, book, processors === undefined ? {} : { processors });
        const tables = await readContract(warehouse, scope);
        const violated = tables.filter(({ status }) => status !== "ok");
        assert.deepEqual(
          violated.map(({ table, violations }) => [table, violations]),
          [
            [
              "shop_raw.orders",
              [{ of: "rows", check, date: undefined, occurrences: 2, example: "x1", level: "block" }],
            ],
          ],
        );
        const judged = judgeContract(scope, tables);
        assert.deepEqual([judged.isFound, judged.held], [true, []]);
      }
    }
  });

  it("finds NULL in a required column, values out of range, off their list or not finite", async () => {
    const expected = (check: string): string => `violated: ${check} · 2024-05-03 · 1 · 2024-05-03|ada`;
    assert.equal(
      await firstAfter(`update shop.sales set size = null ${ada}`),
      expected("size is NULL but required"),
    );
    assert.equal(
      await firstAfter(`update shop.sales set orders = 1001 ${ada}`),
      expected("orders is above 1000"),
    );
    assert.equal(
      await firstAfter(`update shop.sales set revenue = -1 ${ada}`),
      expected("revenue is below 0"),
    );
    assert.equal(
      await firstAfter(`update shop.sales set size = 'huge' ${ada}`),
      expected("size is none of its values"),
    );
    assert.equal(
      await firstAfter(`update shop.sales set best = 'nan' ${ada}`),
      expected("best is not a finite number"),
    );
  });

  it("finds violated relations", async () => {
    assert.equal(
      await firstAfter(`update shop.sales set revenue = revenue + 1 ${ada}`),
      "violated: revenue is the sum of the orders · 2024-05-03 · 1 · ada: sums differ",
    );
  });

  it("lets a relation see what it declares of a table, and nothing else", async () => {
    const book = shopRunbook();
    await using warehouse = await openSettled();
    const text = `select date '2024-05-06' as analysis_date, 'orders' as entity_id,
  cast(min(order_date) as string) || ' to ' || cast(max(order_date) as string) as detail
from shop_raw.orders`;
    const { state } = await scopeOf(warehouse, book);
    const on = { from: day("2024-05-08"), to: day("2024-05-09") };
    async function seen(reads: Relation["reads"]): Promise<unknown> {
      const asked = { runbook: book, calendar: state.calendar, range: on };
      const sql = seenText(warehouse.dialect, asked, { text, reads });
      return (await warehouse.query({ sql, purpose: "ask the relation" }))[0]?.["detail"];
    }
    const [first, last] = ["2024-05-01", "2024-05-12"];
    const table = tableOf("shop_raw.orders");
    assert.equal(await seen([{ table, window: undefined }]), `${first} to ${last}`);
    assert.equal(await seen([{ table, window: { kind: "same-date" } }]), "2024-05-08 to 2024-05-09");
    assert.equal(
      await seen([{ table, window: { kind: "previous-days", days: 2 } }]),
      "2024-05-07 to 2024-05-08",
    );
  });

  it("finds failures of an undeclared category and doubled ones", async () => {
    assert.equal(
      await firstAfter(failure("ada", "NO_ORDER")),
      "violated: the failure category is not declared: NO_ORDER · 2024-05-03 · 1 · ada",
    );
    assert.equal(
      await firstAfter(`${failure("ada", "NO_ORDERS")}; ${failure("ada", "BROKEN")}`),
      "violated: an entity has more than one failure · 2024-05-03 · 1 · ada",
    );
  });

  it("finds a table that has drifted or is gone", async () => {
    const book = shopRunbook();
    await using warehouse = await openSettled();
    const { state } = await scopeOf(warehouse, book);
    await change(warehouse, "alter table shop.sales rename column best to finest; drop table shop.trend");
    const scope = await openGateScope(warehouse, { runbook: book, state, range, today: day("2024-06-01") });
    const tables = await readContract(warehouse, scope);
    const checks = tables.flatMap(({ violations }) => violations.map(({ check }) => check));
    assert.deepEqual(checks, [
      'shop.sales: the column "best" is missing',
      'shop.sales: the column "finest" is not declared',
      "shop.trend: the table does not exist",
    ]);
  });

  it("is check-failed when a statement cannot be asked", async () => {
    const contract = await contractAfter("alter table shop_raw.orders drop column amount");
    assert.equal(contract?.status, "check-failed");
    assert.match(contract.messages.join(), /amount/);
  });
});
