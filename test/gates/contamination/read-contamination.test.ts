import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { contaminationJson } from "../../../src/gates/contamination/contamination-json.ts";
import type { ContaminationTable } from "../../../src/gates/contamination/contamination-table.ts";
import { readContamination } from "../../../src/gates/contamination/read-contamination.ts";
import { readCoverage } from "../../../src/gates/coverage/read-coverage.ts";
import { change, openSettled, scopeOf, shopRunbook, type ShopChange } from "../toy-shop.ts";

async function tableAfter(
  sql: string,
  { table = "shop.sales", book: changes = {} }: { table?: string; book?: ShopChange } = {},
): Promise<ContaminationTable> {
  const book = shopRunbook({ ...changes, sales: { relations: [], ...changes.sales } });
  await using warehouse = await openSettled();
  const scope = await scopeOf(warehouse, book);
  if (sql !== "") await change(warehouse, sql);
  const tables = await readContamination(warehouse, scope, await readCoverage(warehouse, scope));
  const found = tables.find((one) => one.table === table);
  assert.ok(found);
  return found;
}

/** What is not clean: one line per field, date or range, status. */
async function findingsAfter(...request: Parameters<typeof tableAfter>): Promise<readonly string[]> {
  const { fields } = await tableAfter(...request);
  return fields
    .filter(({ status }) => status !== "clean")
    .map(({ detector, field, date, status }) => `${detector} ${field} ${date ?? "range"} ${status}`);
}

const ada = "where sale_date = '2024-05-03' and shop_id = 'ada'";

describe("readContamination()", () => {
  it("is clean on a clean warehouse, with one entry for every field", async () => {
    for (const table of ["shop_raw.openings", "shop_raw.orders", "shop.sales", "shop.trend"]) {
      assert.equal((await tableAfter("", { table })).status, "clean");
    }
    const { fields } = await tableAfter("");
    const named = fields.map(({ detector, field }) => `${detector} ${field}`);
    assert.ok(named.includes("valid revenue") && named.includes("distribution mean revenue"));
    assert.equal(new Set(named).size, named.length);
  });

  it("names field, date and count of NULL or invalid values", async () => {
    const { fields, status } = await tableAfter(`update shop.sales set revenue = null ${ada}`);
    assert.equal(status, "contaminated");
    const bad = fields.find((check) => check.field === "revenue" && check.date === "2024-05-03");
    assert.partialDeepStrictEqual(bad, { rows: 2, invalid: 1, status: "contaminated" });
  });

  it("leaves exempt rows out", async () => {
    assert.deepEqual(await findingsAfter(`update shop.sales set best = null, orders = 1 ${ada}`), []);
  });

  it("is partial from 95 % on", async () => {
    const many = `insert into shop.sales
select sale_date, shop_id || n, orders, revenue, best, size, method from shop.sales, range(10) as t(n) ${ada}`;
    const found = await findingsAfter(
      `${many}; ${many}; update shop.sales set revenue = 0, orders = 3 ${ada}`,
    );
    assert.deepEqual(found, ["valid revenue range partial", "valid revenue 2024-05-03 partial"]);
  });

  it("has no-data where entities should have rows and there are none", async () => {
    const found = await findingsAfter("delete from shop.sales where sale_date = '2024-05-03'");
    assert.deepEqual(found, ["rows * range no-data", "rows * 2024-05-03 no-data"]);
  });

  it("finds a column that became one value, unless that is declared", async () => {
    const constant = "update shop.sales set orders = 7, method = 'v2'";
    assert.deepEqual(await findingsAfter(constant), []);
    const many = `insert into shop.sales
select sale_date, shop_id || 'x', orders, revenue + 1, best, size, method from shop.sales`;
    assert.deepEqual(await findingsAfter(`${many}; ${constant}`), ["constant orders range suspect"]);
  });

  it("finds plausible numbers out of their distribution, per date and over the range", async () => {
    const found = await findingsAfter("update shop.sales set revenue = 900 where sale_date = '2024-05-03'");
    assert.deepEqual(found, [
      "distribution mean revenue range suspect",
      "distribution mean revenue 2024-05-03 suspect",
    ]);
    assert.deepEqual(await findingsAfter("update shop.sales set size = 'large'"), [
      "distribution share of large shops range suspect",
    ]);
  });

  it("applies a bound only where it is said to hold", async () => {
    const lone =
      "delete from shop.sales where sale_date = '2024-05-03' and shop_id = 'bob'; update shop.sales set revenue = 900";
    assert.deepEqual(await findingsAfter(`${lone} ${ada}`), []);
  });

  it("finds a date that repeats the one before", async () => {
    const found = await findingsAfter(`delete from shop.sales where sale_date = '2024-05-07';
insert into shop.sales select date '2024-05-07', * exclude (sale_date) from shop.sales where sale_date = '2024-05-05'`);
    assert.deepEqual(found, ["duplicate * range contaminated", "duplicate * 2024-05-07 contaminated"]);
  });

  it("takes a violated relation for contamination of its date", async () => {
    const { relations } = shopRunbook().processors[0] ?? { relations: [] };
    const found = await findingsAfter(`update shop.sales set revenue = revenue + 1 ${ada}`, {
      book: { sales: { relations } },
    });
    assert.deepEqual(found, [
      "relation revenue is the sum of the orders range contaminated",
      "relation revenue is the sum of the orders 2024-05-03 contaminated",
    ]);
  });

  it("is check-failed when a query fails", async () => {
    const { status, messages } = await tableAfter("alter table shop.sales drop column best");
    assert.equal(status, "check-failed");
    assert.match(messages.join(), /best/);
  });

  it("prints the documented fields", async () => {
    const json = JSON.parse(
      JSON.stringify(contaminationJson([await tableAfter(`update shop.sales set best = 0 ${ada}`)], [])),
    );
    assert.partialDeepStrictEqual(json, {
      tables: [{ table: "shop.sales", status: "contaminated" }],
      tainted: [],
    });
    const bad = json.tables[0].fields.at(-1);
    assert.partialDeepStrictEqual(bad, {
      field: "best",
      date: "2024-05-03",
      rows: 2,
      invalid: 1,
      status: "contaminated",
    });
  });
});
