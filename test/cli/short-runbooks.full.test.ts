import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempDisposableSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import type { Row } from "../../src/warehouse/warehouse.ts";
import { testsThatNeed } from "../tests-that-need.ts";
import { cascade } from "./cascade.ts";

const missing = spawnSync("python3", ["--version"]).status === 0 ? false : "python3 is not installed";
const { describe, it } = testsThatNeed(missing);

/** Thirty dates of orders with items at prices of two decimals, and refunds on some of them. */
const filling = [
  "create schema web_shop",
  `create table web_shop.orders as
select cast(day * 10 + nth as integer) as order_id, date '2024-01-15' + cast(day as integer) as order_date,
  'c' || ((day * 10 + nth) * 37 % 29 % 7 + day // 18) as customer
from range(30) as days(day), range(6) as orders(nth) where nth < 3 + day % 4`,
  `create table web_shop.items as
select order_id, line, order_date, cast(1 + line as integer) as quantity,
  cast((order_id * 7 + line) % 50 + 0.99 as decimal(10, 2)) as price
from web_shop.orders, range(3) as lines(line)`,
  `create table web_shop.refunds as
select order_id as refund_id, order_date as refund_date, customer, cast(1.10 as decimal(10, 2)) as amount
from web_shop.orders where order_id % 17 = 0`,
];

async function ask(path: string, sql: string): Promise<Row | undefined> {
  await using warehouse = await openDuckDb({ path });
  return (await warehouse.query({ sql, purpose: "look" }))[0];
}

async function change(path: string, statements: readonly string[]): Promise<void> {
  await using warehouse = await openDuckDb({ path });
  await warehouse.execute(statements.map((sql) => ({ sql, purpose: "change the raw tables" })));
}

const books = [
  { name: "one-table", mostLines: 12, rows: "select count(*) as n from web_shop_mart.days" },
  { name: "three-tables", mostLines: 45, rows: "select count(*) as n from web_shop_mart.cohorts" },
] as const;

describe("a runbook that leaves out what is usual", () => {
  for (const { name, mostLines, rows } of books) {
    it(`of ${name} has at most ${mostLines} lines, no contradiction, and is green`, async () => {
      using folder = mkdtempDisposableSync(join(tmpdir(), "cascade-short-"));
      const path = join(folder.path, "shop.duckdb");
      await change(path, filling);
      const book = `test/fixtures/${name}`;
      assert.ok(readFileSync(`${book}/runbook.yml`, "utf8").trimEnd().split("\n").length <= mostLines);
      const where = ["--warehouse", `duckdb:${path}`];
      const linted = await cascade(["lint", book, ...where]);
      assert.deepEqual([linted.code, linted.stdout], [0, ""]);
      const offline = await cascade([
        "lint",
        book,
        "--warehouse",
        `duckdb:${join(folder.path, "none.duckdb")}`,
      ]);
      assert.equal(offline.code, 0);
      assert.match(
        offline.stderr,
        /Not known, since only the warehouse can tell: the columns of web_shop\.orders/,
      );
      const ran = await cascade(["run", book, ...where]);
      assert.equal(ran.code, 0, ran.stderr);
      assert.match(ran.stdout, /^Passed: .*2024-01-15 to 2024-02-13/);
      assert.notEqual((await ask(path, rows))?.["n"], 0);
      const again = await cascade(["run", book, ...where]);
      assert.match(again.stderr, /Nothing to do/);
    });
  }

  it("keeps money to the cent through SQL and Python", async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "cascade-short-"));
    const path = join(folder.path, "shop.duckdb");
    await change(path, filling);
    const where = ["--warehouse", `duckdb:${path}`];
    await cascade(["run", "test/fixtures/three-tables", ...where]);
    const sums = await ask(
      path,
      `select
  (select sum(price * quantity) from web_shop.items) - (select sum(amount) from web_shop.refunds) as raw,
  (select sum(revenue) from web_shop_mart.revenue) as revenue,
  (select sum(revenue) from web_shop_mart.cohorts) as cohorts,
  (select revenue from web_shop_mart.week order by order_date desc, customer limit 1) as week,
  (select sum(revenue) from web_shop_mart.revenue where order_date > date '2024-02-06' and customer =
    (select customer from web_shop_mart.week order by order_date desc, customer limit 1)) as recent`,
    );
    assert.equal(Number(sums?.["revenue"]), Number(sums?.["raw"]));
    assert.equal(Number(sums?.["cohorts"]), Number(sums?.["raw"]));
    assert.equal(Number(sums?.["week"]), Number(sums?.["recent"]));
    const types = await ask(
      path,
      "select column_type as type from (describe web_shop_mart.cohorts) where column_name = 'revenue'",
    );
    assert.equal(types?.["type"], "DECIMAL(12,2)");
  });

  it("finds a wrong row that is put in afterwards", async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "cascade-short-"));
    const path = join(folder.path, "shop.duckdb");
    await change(path, filling);
    const where = ["--warehouse", `duckdb:${path}`];
    await cascade(["run", "test/fixtures/one-table", ...where]);
    await change(path, ["insert into web_shop.orders select * from web_shop.orders where order_id = 10"]);
    const ran = await cascade(["run", "test/fixtures/one-table", ...where]);
    assert.equal(ran.code, 1);
    assert.match(ran.stdout, /web_shop\.orders.*the key stands more than once/s);
  });
});
