import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readContract } from "../../src/gates/contract/read-contract.ts";
import { openGateScope } from "../../src/gates/gate-scope.ts";
import { createTables } from "../../src/ledger/create-tables.ts";
import { initialise } from "../../src/ledger/initialise.ts";
import { readState } from "../../src/ledger/read-state.ts";
import type { Runbook } from "../../src/runbook/runbook.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { inMemory } from "../../src/warehouse/duckdb-place.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import { onOneCore } from "../one-core.ts";
import {
  contentOfShop,
  openSettledShop,
  openShop,
  outcomesOf,
  readShop,
  runShop,
  shopRange,
} from "../run/shop.ts";

async function change(warehouse: Warehouse, ...statements: readonly string[]): Promise<void> {
  for (const sql of statements) await warehouse.execute([{ sql, purpose: "be the owner of the source" }]);
}

/** The shop whose sales are a table that its owner made in a way of their own. */
async function openForeign(select: string, name = "shop_raw.sales"): Promise<Warehouse> {
  const warehouse = await openShop();
  await change(
    warehouse,
    "create table shop_raw.held as select * from shop_raw.sales",
    "drop table shop_raw.sales",
    `create table ${name} as select ${select} from shop_raw.held`,
    "drop table shop_raw.held",
  );
  return warehouse;
}

async function builtFrom(warehouse: Warehouse, runbook: Runbook): Promise<Record<string, string>> {
  const result = await runShop(warehouse, { runbook });
  assert.equal(result.isClean, true);
  const { statuses: _, ...tables } = await contentOfShop(warehouse, runbook);
  return tables;
}

const declared = "sale_id, sale_date, shop, amount";

describe("a source that others own", () => {
  const variants = {
    "other columns of any type, and another order":
      "{'a': 1} as info, amount, '{}'::json as doc, shop, 1.5::decimal(9, 2) as price, 'y'::blob as bytes, sale_id, now() as at, sale_date",
    "narrower integers": "sale_id, sale_date, shop, amount::integer as amount",
    "wider integers whose values fit": "sale_id, sale_date, shop, amount::hugeint as amount",
    "whole decimals": "sale_id, sale_date, shop, amount::decimal(12, 2) as amount",
    "an enumeration": "sale_id, sale_date, shop::enum('north', 'south', 'east', 'new') as shop, amount",
    "names in other letters": "sale_id as SALE_ID, sale_date as Sale_Date, shop as Shop, amount as AMOUNT",
  };
  for (const [what, select] of Object.entries(variants)) {
    it(`may have ${what}`, async () => {
      const runbook = await readShop();
      await using usual = await openShop();
      await using foreign = await openForeign(select);
      assert.deepEqual(await builtFrom(foreign, runbook), await builtFrom(usual, runbook));
    });
  }

  it("may get columns later: nothing is computed again", async () => {
    const runbook = await readShop();
    await using warehouse = (await openSettledShop()).warehouse;
    await change(warehouse, "alter table shop_raw.sales add column note decimal(9, 2) default 1.5");
    const { plan } = await runShop(warehouse, { runbook });
    assert.equal(plan.cells.length, 0);
  });

  it("is found under its name in other letters, and never called created", async () => {
    const runbook = await readShop();
    await using warehouse = await openForeign(declared, '"Shop_Raw"."SALES"');
    const { created, missing } = await initialise(warehouse, runbook);
    assert.deepEqual([created.filter((table) => table.startsWith("shop_raw")), missing], [[], []]);
    assert.equal((await runShop(warehouse, { runbook })).isClean, true);
  });

  it("breaks its contract with a value that the declared type cannot hold", async () => {
    const runbook = await readShop();
    await using warehouse = await openForeign("sale_id, sale_date, shop, amount::hugeint as amount");
    await change(
      warehouse,
      "update shop_raw.sales set amount = 9223372036854775808 where sale_id = 'north-3-1'",
    );
    await createTables(warehouse, runbook);
    const state = await readState(warehouse, runbook, shopRange);
    const request = { runbook, state, range: shopRange, today: shopRange.to };
    const tables = await readContract(warehouse, await openGateScope(warehouse, request));
    const [violation] = tables.find(({ table }) => table === "shop_raw.sales")?.violations ?? [];
    assert.deepEqual(
      [violation?.check, violation?.date, violation?.example],
      ["amount is no whole number of 64 bits", "2024-01-04", "north-3-1"],
    );
  });

  const drifts = {
    "a declared column is gone": [
      "alter table shop_raw.sales drop column amount",
      'shop_raw.sales: the column "amount" is missing',
    ],
    "a number became text": [
      "alter table shop_raw.sales alter column amount type varchar",
      "shop_raw.sales.amount: expected BIGINT, found VARCHAR",
    ],
    "its date became an instant": [
      "alter table shop_raw.sales alter column sale_date type timestamp",
      "shop_raw.sales.sale_date: expected DATE, found TIMESTAMP",
    ],
  } as const;
  for (const [what, [sql, line]] of Object.entries(drifts)) {
    it(`stops a run where ${what}, and nobody who looks`, async () => {
      const runbook = await readShop();
      await using warehouse = (await openSettledShop()).warehouse;
      const columns = { ...runbook.calendar, origin: fixedDates };
      await change(warehouse, sql);
      const { drift } = await readState(warehouse, { ...runbook, calendar: columns }, shopRange);
      assert.deepEqual(drift, [line]);
      await assert.rejects(runShop(warehouse, { runbook }), { code: "schema-drift" });
    });
  }

  it("is missing, with the nearest name, and not created by others than sample and load", async () => {
    const runbook = await readShop();
    await using warehouse = await openShop();
    await change(warehouse, "alter table shop_raw.sales rename to sale");
    const { missing } = await initialise(warehouse, runbook);
    assert.deepEqual(missing, ["shop_raw.sales does not exist, the nearest name is shop_raw.sale"]);
    await assert.rejects(runShop(warehouse, { runbook }), {
      code: "missing-table",
      message: /shop_raw\.sales does not exist, the nearest name is shop_raw\.sale/,
    });
    assert.deepEqual((await initialise(warehouse, runbook)).missing, missing);
  });

  it("in a dataset that does not exist is missing, and the dataset is not created", async () => {
    const runbook = await readShop();
    await using warehouse = await onOneCore(await openDuckDb({ path: inMemory }));
    await initialise(warehouse, runbook);
    const rows = await warehouse.query({
      sql: "select schema_name from duckdb_schemas() where schema_name = 'shop_raw'",
      purpose: "look for the dataset",
    });
    assert.deepEqual(rows, []);
    await assert.rejects(runShop(warehouse, { runbook }), { code: "missing-table" });
  });
});

const fixedDates = {
  kind: "rule",
  every: "day",
  from: shopRange.from,
  to: shopRange.to,
  season: "whole",
} as const;

describe("a column added to a processor", () => {
  it("is told by run with the command, and added by init", async () => {
    const runbook = await readShop();
    await using warehouse = (await openSettledShop()).warehouse;
    await change(warehouse, "alter table shop_analytics.shop_trend drop column days");
    await assert.rejects(runShop(warehouse, { runbook }), {
      code: "schema-drift",
      hint: /run `cascade init`/,
    });
    assert.deepEqual((await readState(warehouse, runbook, shopRange)).drift, [
      'shop_analytics.shop_trend: the column "days" is missing',
    ]);
    const { added, differences } = await initialise(warehouse, runbook);
    assert.deepEqual([added, differences], [["shop_analytics.shop_trend.days"], []]);
    const result = await runShop(warehouse, { runbook });
    assert.equal(result.isClean, true);
    assert.ok((outcomesOf(result, "committed")["TREND"]?.length ?? 0) > 0);
  });
});
