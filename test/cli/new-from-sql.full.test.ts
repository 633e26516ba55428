import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { cascade } from "./cascade.ts";

const home = process.cwd();

const orders = `create table orders as
select 'o-' || day || '-' || nth as order_id, date '2024-01-01' + cast(day as integer) as day, 'c' || nth as customer,
  cast(day * 10 + nth + (day * day) % 13 as bigint) as amount
from range(40) as days (day), range(3) as orders (nth)`;

const statements = {
  spent: "select day, customer, sum(amount)::bigint as spent from orders group by 1, 2;",
  grown: `select today.day, today.customer, today.spent - min(earlier.spent) as grown
from spent as today join "spent" as earlier on earlier.customer = today.customer
where earlier.day < today.day and earlier.day >= today.day - 3 group by today.day, today.customer, today.spent`,
  ever: "select day, customer, (select sum(before.spent) from spent as before where before.customer = own.customer and before.day < own.day)::bigint as ever from spent as own where day > date '2024-01-01'",
  tomorrow:
    "select o.day, o.customer, n.amount from orders o join orders n on n.customer = o.customer and n.day = o.day + 1",
  after_tomorrow: "select day, customer, amount + 1 as more from tomorrow",
  clock: "select day, customer, now() as at from orders",
  file: "select * from read_csv('orders.csv')",
  elsewhere: "select * from shop.nowhere",
  total: "select sum(amount)::bigint as total from orders",
  odd: "select day, customer, concat(customer, 'x') as name from orders",
  two: "select 1; select 2",
};

describe("cascade new --sql <folder>", () => {
  let folder = "";
  let written = "";
  let skipped: readonly string[] = [];
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "cascade-new-sql-"));
    process.chdir(folder);
    await execute(orders);
    await mkdir("models");
    for (const [name, text] of Object.entries(statements)) await writeFile(`models/${name}.sql`, text);
    const ending = await cascade([
      "new",
      "shop",
      "--from",
      "duckdb:shop.duckdb",
      "--sql",
      "models",
      "--json",
    ]);
    assert.equal(ending.code, 0, ending.stderr);
    ({ skipped } = JSON.parse(ending.stdout) as { skipped: readonly string[] });
    written = await readFile("runbooks/shop/runbook.yml", "utf8");
  });
  after(async () => {
    process.chdir(home);
    await rm(folder, { recursive: true, force: true });
  });

  it("finds what each statement reads, and the narrowest windows that give what all history gives", () => {
    const reads = Object.fromEntries(
      [...written.matchAll(/- id: (\w+)\n[^]*?reads:\n([^]*?) {4}sql:/g)].map(([, id = "", text = ""]) => [
        id,
        [...text.matchAll(/from: ([\w.]+), window: (\{ [^}]* \}|[\w-]+)/g)].map(
          ([, from, window]) => `${from} ${window}`,
        ),
      ]),
    );
    assert.deepEqual(reads, {
      SPENT: ["main.orders same-date"],
      GROWN: ["SPENT same-date", "SPENT { previous-days: 3 }"],
      EVER: ["SPENT same-date", "SPENT season-to-date"],
    });
    assert.match(
      written,
      /reads:\n {6}- \{ from: SPENT, window: same-date \} # guessed: the narrowest usual windows with the rows of all history, on 5 dates/,
    );
  });

  it("leaves out what cannot run, and says why", () => {
    assert.deepEqual(skipped.toSorted(), [
      'after_tomorrow: it reads "TOMORROW", which was left out',
      'clock: "now" gives another value when it is asked again',
      'elsewhere: it reads "shop.nowhere", which is neither a source nor a statement',
      'file: it reads by the function "read_csv"',
      "odd: concat leaves out NULL on DuckDB and is NULL on BigQuery: write || with coalesce(...)",
      "tomorrow: no window is wide enough: it reads later dates",
      "total: no date found in what it gives; tried year, month and day",
      "two: expected one statement, found 2",
    ]);
  });

  it("lints clean, runs green, and finds a wrong row afterwards", async () => {
    const lint = await cascade(["lint", "shop"]);
    assert.deepEqual([lint.code, lint.stdout], [0, ""], lint.stderr);
    const run = await cascade(["run", "shop"]);
    assert.equal(run.code, 0, run.stderr);
    await execute("insert into orders select * from orders where order_id = 'o-7-1'");
    const again = await cascade(["run", "shop"]);
    assert.equal(again.code, 1);
    assert.match(again.stdout, /main\.orders 2024-01-08: the key stands more than once/);
  });

  it("refuses a folder without statements, and says what to type", async () => {
    await mkdir("none");
    for (const place of ["none", "absent"]) {
      const { code, stderr } = await cascade([
        "new",
        "other",
        "--from",
        "duckdb:shop.duckdb",
        "--sql",
        place,
      ]);
      assert.equal(code, 2);
      assert.match(
        stderr,
        /^usage Cannot read the statements of .*\n {2}Name a folder with one \.sql file for each table/,
      );
    }
  });
});

async function execute(sql: string): Promise<void> {
  await using warehouse = await openDuckDb({ path: "shop.duckdb" });
  await warehouse.execute([{ sql, purpose: "make orders" }]);
}
