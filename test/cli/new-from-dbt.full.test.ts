import assert from "node:assert/strict";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { cascade } from "./cascade.ts";

const home = process.cwd();
const manifest = join(import.meta.dirname, "../fixtures/dbt/manifest.json");

/** The sources of the project: twenty orders on each of forty days, most of them paid. */
const raw = [
  "create schema raw",
  `create table raw.orders as
select nth + day * 20 as order_id, date '2024-01-01' + cast(day as integer) as ordered_on, 'c' || (nth + day) % 9 as customer_id,
  case (nth + day) % 3 when 0 then 'open' when 1 then 'paid' else 'sent' end as status
from range(40) as days (day), range(20) as orders (nth)`,
  `create table raw.payments as
select nth + day * 20 as payment_id, nth + day * 20 as order_id, date '2024-01-01' + cast(day as integer) as paid_on,
  case nth % 2 when 0 then 'card' else 'cash' end as method, cast(5 + nth * 1.25 + (day * day) % 17 as decimal(10, 2)) as amount
from range(40) as days (day), range(20) as orders (nth) where nth % 7 <> 6`,
];

describe("cascade new --dbt <manifest.json>", () => {
  let folder = "";
  let written = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "cascade-new-dbt-"));
    process.chdir(folder);
    await execute(raw);
    const { code, stdout, stderr } = await cascade(begin("shop", "--json"));
    assert.equal(code, 0, stderr);
    assert.deepEqual((JSON.parse(stdout) as { skipped: readonly string[] }).skipped, [
      "test no_negative_revenue: it is a statement of its own; write it as a relation",
    ]);
    written = await readFile("runbooks/shop/runbook.yml", "utf8");
  });
  after(async () => {
    process.chdir(home);
    await rm(folder, { recursive: true, force: true });
  });

  it("makes a processor of each model, after all that it reads or that its tests lead to", () => {
    assert.deepEqual(
      [...written.matchAll(/- id: (\w+)/g)].map(([, id]) => id),
      ["STG_ORDERS", "STG_PAYMENTS", "ORDERS_PAID", "CUSTOMER_DAYS", "CUSTOMER_WEEKS"],
    );
    assert.match(written, /- \{ from: CUSTOMER_DAYS, window: \{ previous-days: 6 \} \}/);
  });

  it("makes keys, required columns, closed lists and relations of tests", () => {
    assert.ok(
      written.includes(`    key: [ payment_id ] # guessed: it is tested to be, and unique in 720 rows
    reads:
      - { from: raw.payments, window: same-date } # guessed: the narrowest usual windows with the rows of all history, on 5 dates
    sql: sql/stg_payments.sql
    columns:
      payment_id: {} # tested
      order_id: {} # tested
    relations:
      - { name: every order_id is one of stg_orders, sql: sql/relation/stg_payments_order_id_in_stg_orders.sql, reads: [ { from: shop_marts.stg_orders, window: whole } ] }
`),
      written,
    );
    assert.match(written, /status: \{ values: \[ open, paid, sent \] \} # tested/);
  });

  it("takes the asked dates in place of what an incremental model has not", async () => {
    const sql = await readFile("runbooks/shop/sql/customer_days.sql", "utf8");
    assert.match(sql, /from shop_marts\.orders_paid\n\nwhere order_date between @start_date and @end_date\n/);
  });

  it("lints clean and runs green", async () => {
    const lint = await cascade(["lint", "shop"]);
    assert.deepEqual([lint.code, lint.stdout], [0, ""], lint.stderr);
    const { code, stdout, stderr } = await cascade(["run", "shop"]);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^Passed: shop 2024-01-01 to 2024-02-09: 2,960 rows present/);
  });

  const wrong: readonly (readonly [string, string, RegExp])[] = [
    [
      "a value that no list has",
      "update raw.orders set status = 'lost' where order_id = 100",
      /STG_ORDERS 2024-01-06.*status/s,
    ],
    [
      "a payment of no order",
      "update raw.payments set order_id = 12345 where payment_id = 101",
      /STG_PAYMENTS 2024-01-06: every order_id is one of stg_orders \(1 time, first 12345/,
    ],
  ];
  for (const [what, sql, expected] of wrong) {
    it(`finds a wrong row afterwards: ${what}`, async () => {
      await copyFile("shop.duckdb", "kept.duckdb");
      await execute([sql]);
      const { code, stdout, stderr } = await cascade(["run", "shop"]);
      await copyFile("kept.duckdb", "shop.duckdb");
      assert.equal(code, 1);
      assert.match(stdout + stderr, expected);
    });
  }

  const refused: readonly (readonly [string, string, RegExp])[] = [
    ["an absent file", "", /^usage Cannot read the manifest "absent\.json": there is no file/],
    ["no JSON", "models:", /: it is no JSON\n {2}Name the manifest\.json that `dbt compile` writes/],
    ["another JSON", '{"nodes": {}}', /: it is no manifest of dbt: metadata:/],
    [
      "an old manifest",
      '{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v4.json"}, "nodes": {}}',
      /expected a manifest of version 7 or newer, found .*v4\.json/,
    ],
  ];
  for (const [what, text, expected] of refused) {
    it(`refuses ${what}, and says what to type`, async () => {
      const path = text === "" ? "absent.json" : "other.json";
      await writeFile("other.json", text);
      const { code, stderr } = await cascade(["new", "other", "--from", "duckdb:shop.duckdb", "--dbt", path]);
      assert.equal(code, 2);
      assert.match(stderr, expected);
    });
  }
});

function begin(name: string, ...more: readonly string[]): readonly string[] {
  return ["new", name, "--from", "duckdb:shop.duckdb", "--dbt", manifest, ...more];
}

async function execute(statements: readonly string[]): Promise<void> {
  await using warehouse = await openDuckDb({ path: "shop.duckdb" });
  await warehouse.execute(statements.map((sql) => ({ sql, purpose: "make the sources of the project" })));
}
