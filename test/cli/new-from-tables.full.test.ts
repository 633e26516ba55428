import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { cascade } from "./cascade.ts";

const home = process.cwd();

/** Thirty days of a shop, a table without a date, one without a key, an empty one, and columns of odd types and names. */
const shop = [
  `create table orders as
select
  'o-' || day || '-' || nth as order_id,
  date '2024-03-01' + cast(day as integer) as order_date,
  date '2024-03-02' + cast(day + nth % 3 as integer) as updated_date,
  cast(nth * 1.25 as decimal(12, 2)) as "Price",
  {'street': 'x', 'no': nth} as address,
  case when nth = 3 then 'nan'::double else nth end as score,
  nth as "no of items",
  nth as "select"
from range(30) as days (day), range(12) as orders (nth)`,
  "create table products as select nth as id, 'p' || nth as name from range(5) as products (nth)",
  "create table clicks as select date '2024-03-01' as day, 'x' as page from range(9) as clicks (nth)",
  "create table returns (day date, order_id varchar)",
  `create table payments as
select 'p-' || number as payment_id, timestamp '2024-03-01 00:30:00' + number * interval 2 hour as created_at,
  cast(number * 0.25 as decimal(12, 2)) as paid
from range(360) as payments (number)`,
  `create table flights as
select 2024 as year, 3 as month, flown + 1 as day, 'C' || flight as carrier
from range(30) as days (flown), range(8) as flights (flight)`,
];

describe("cascade new --from duckdb:<file>", () => {
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "cascade-new-tables-"));
    process.chdir(folder);
    await execute("shop.duckdb", shop);
  });
  after(async () => {
    process.chdir(home);
    await rm(folder, { recursive: true, force: true });
  });

  it("tells which tables it leaves out, and why", async () => {
    const { code, stdout, stderr } = await cascade(["new", "shop", "--from", "duckdb:shop.duckdb", "--json"]);
    assert.equal(code, 0, stderr);
    assert.deepEqual((JSON.parse(stdout) as { skipped: readonly string[] }).skipped, [
      "main.returns: it has no row",
    ]);
  });

  it("guesses date, key, rows and columns, and says from what", async () => {
    const written = await readFile("runbooks/shop/runbook.yml", "utf8");
    assert.ok(
      written.includes(`  - table: main.orders
    date: order_date # guessed: a date; others are updated_date
    key: [ order_id ] # guessed: unique in 360 rows
    minimum-rows: 6 # guessed: half of the fewest rows that one of 30 dates has, 12
    columns:
      order_id: string
      order_date: date
      updated_date: date
      price: { type: "numeric(12, 2)", min: 0 } # guessed: from 0.00 to 13.75
      address: opaque(STRUCT(street VARCHAR, "no" BIGINT))
      select: { type: int64, min: 0 } # guessed: from 0 to 11
`),
      written,
    );
    assert.ok(
      written.includes(`    date: none # guessed: no date found in 5 rows, so it is read whole; tried year, month and day
    key: [ id ] # guessed: unique in 5 rows
`),
      written,
    );
    assert.match(
      written,
      /table: main.clicks\n {4}date: day .*\n {4}key: none # guessed: none of \d+ combinations? of columns tells 9 rows apart\n/,
    );
    const readme = await readFile("runbooks/shop/README.md", "utf8");
    assert.match(readme, /- main\.orders\.score: 30 values NaN or infinite/);
    assert.match(readme, /- main\.orders\.no of items: its name is none of the format/);
  });

  it("takes the day of an instant, and year, month and day, as a date where there is none", async () => {
    const written = await readFile("runbooks/shop/runbook.yml", "utf8");
    assert.match(
      written,
      /date: cast\(created_at as date\) # guessed: the day of created_at, there is no column of dates\n {4}key: \[ payment_id \]/,
    );
    assert.match(written, /paid: \{ type: "numeric\(12, 2\)", min: 0 \}/);
    assert.match(
      written,
      /date: make_date\(year, month, day\) # guessed: made of year, month, day\n {4}key: \[ .*carrier.* \] # guessed: unique in 240 rows/,
    );
  });

  it("lints clean and runs as it is, in the file that it was begun from", async () => {
    const lint = await cascade(["lint", "shop"]);
    assert.deepEqual([lint.code, lint.stdout], [0, ""]);
    const { code, stderr, stdout } = await cascade(["run", "shop"]);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^Passed: shop 2024-03-01 to 2024-03-30/);
    assert.equal(existsSync(".cascade/warehouse.duckdb"), false);
  });

  const wrong: readonly (readonly [string, string, RegExp])[] = [
    [
      "a key twice",
      "insert into orders select * from orders where order_id = 'o-3-4'",
      /the key stands more than once/,
    ],
    ["a price below 0", `update orders set "Price" = -1 where order_id = 'o-5-4'`, /price is below 0|price/],
    [
      "no value where all had one",
      "update orders set updated_date = null where order_id = 'o-7-4'",
      /updated_date/,
    ],
    [
      "a payment below 0",
      "update payments set paid = -1 where payment_id = 'p-30'",
      /main\.payments 2024-03-03: paid is below 0/,
    ],
    ["a day without rows", "delete from orders where order_date = date '2024-03-12'", /gaps/],
  ];
  for (const [what, sql, expected] of wrong) {
    it(`finds a wrong row afterwards: ${what}`, async () => {
      await execute("shop.duckdb", [
        "create or replace table kept as select * from orders",
        "create or replace table kept_payments as select * from payments",
        sql,
      ]);
      const { code, stdout, stderr } = await cascade(["run", "shop"]);
      assert.equal(code, 1);
      assert.match(stdout + stderr, expected);
      await execute("shop.duckdb", [
        "create or replace table orders as select * from kept",
        "create or replace table payments as select * from kept_payments",
        "drop table kept_payments",
        "drop table kept",
      ]);
    });
  }

  it("takes the tables that are named", async () => {
    const { code } = await cascade([
      "new",
      "some",
      "--from",
      "duckdb:shop.duckdb",
      "--tables",
      "main.orders",
    ]);
    assert.equal(code, 0);
  });

  const refused: readonly (readonly [string, readonly string[], RegExp])[] = [
    [
      "an absent file",
      ["--from", "duckdb:none.duckdb"],
      /^usage Cannot begin from "duckdb:none\.duckdb": there is no such file\n {2}Name the database/,
    ],
    ["an absent folder", ["--from", "none"], /^usage Cannot begin from "none": it is no folder/],
    ["a folder without files", ["--from", "empty"], /^nothing-to-build .*no file that ends in \.parquet/],
    [
      "an address that is none",
      ["--from", "bigquery:"],
      /^usage Cannot open the warehouse: expected "duckdb:<file>"/,
    ],
    [
      "a table that is not there",
      ["--from", "duckdb:shop.duckdb", "--tables", "main.order"],
      /^unknown-name .*\n {2}Write "main\.orders"/,
    ],
    [
      "a table in another schema",
      ["--from", "duckdb:shop.duckdb", "--tables", "raw.orders"],
      /^unknown-name .*\n {2}Write "main\.orders"/,
    ],
    [
      "a table without its schema",
      ["--from", "duckdb:shop.duckdb", "--tables", "orders"],
      /^usage .*expected dataset\.table/,
    ],
    ["tables of nothing", ["--tables", "main.orders"], /^usage .*expected --from, found none/],
    [
      "tables without a date",
      ["--from", "duckdb:shop.duckdb", "--tables", "main.products"],
      /^nothing-to-build .*no date found in 5 rows, so it is read whole; tried year, month and day\n {2}Name tables/,
    ],
    ["a file that is no database", ["--from", "duckdb:text.duckdb"], /^warehouse-unusable /],
    ["a file that is no Parquet", ["--from", "broken"], /^load-failed Cannot read "broken\/orders\.parquet"/],
  ];
  for (const [what, words, expected] of refused) {
    it(`refuses ${what}, says what to type, and writes nothing`, async () => {
      await mkdir("empty", { recursive: true });
      await mkdir("broken", { recursive: true });
      await writeFile("broken/orders.parquet", "no rows");
      await writeFile("text.duckdb", "no database, but a text that is longer than a header of one would be");
      const { code, stderr } = await cascade(["new", "refused", ...words]);
      assert.match(stderr, expected);
      assert.ok(code === 2 || code === 3);
      assert.equal(existsSync("runbooks/refused"), false);
    });
  }
});

async function execute(path: string, statements: readonly string[]): Promise<void> {
  await using warehouse = await openDuckDb({ path });
  await warehouse.execute(statements.map((sql) => ({ sql, purpose: "make tables of a shop" })));
}
