import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { compileWorkflow } from "../../src/github/compile-workflow.ts";
import { readRunbook } from "../../src/run/read-runbook.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { cascade } from "../cli/cascade.ts";

/** Thirty customers a day; every fifth has one order, the others have two. */
const orders = `create schema shop;
create table shop.orders as
select day || '-' || customer || '-' || nth as order_id, date '2024-01-01' + cast(day as integer) as day, 'c' || customer as customer, customer + nth as amount
from range(91) as days(day), range(30) as customers(customer), range(2) as orders(nth)
where nth = 0 or customer % 5 <> 0`;

describe("the runbook of the README", () => {
  let folder = "";
  let book = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "cascade-readme-"));
    book = join(folder, "my-shop");
    const readme = await readFile(join(import.meta.dirname, "../../README.md"), "utf8");
    const [, customers = ""] = /`sql\/customers\.sql` is `([^`]+)`/.exec(readme) ?? [];
    await mkdir(join(book, "sql"), { recursive: true });
    await writeFile(join(book, "runbook.yml"), blockOf(readme, "yaml"));
    await writeFile(join(book, "sql/revenue.sql"), blockOf(readme, "sql"));
    await writeFile(join(book, "sql/customers.sql"), customers);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it("does not contradict itself", async () => {
    const { code, stdout } = await cascade(["lint", book]);
    assert.deepEqual([code, stdout], [0, ""]);
  });

  it("runs on tables that are there, and accounts for every row", async () => {
    const path = join(folder, "my.duckdb");
    await fill(path);
    const { code, stdout } = await cascade(["run", book, "--warehouse", `duckdb:${path}`]);
    assert.equal(code, 0, stdout);
    assert.match(stdout, /2,730 expected rows accounted for/);
    assert.match(stdout, /= 2,184 present \+ 546 explained \+ 0 waived \+ 0 untracked/);
  });

  it("compiles to a workflow", async () => {
    const { text } = compileWorkflow(await readRunbook(book), { warehouse: "bigquery" });
    assert.match(text, /^name: Backfill my-shop-bigquery$/m);
  });
});

function blockOf(readme: string, language: string): string {
  return new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, "m").exec(readme)?.[1] ?? "";
}

async function fill(path: string): Promise<void> {
  await using warehouse = await openDuckDb({ path });
  await warehouse.execute(orders.split(";\n").map((sql) => ({ sql, purpose: "take orders" })));
}
