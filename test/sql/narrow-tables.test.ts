import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { narrowTables } from "../../src/sql/narrow-tables.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { inMemory } from "../../src/warehouse/duckdb-place.ts";

const cut = "select * from shop.sales where day = 2";

function narrow(text: string): string {
  return narrowTables(text, (name) => (name === "shop.sales" ? cut : undefined));
}

describe("narrowTables()", () => {
  it("puts a query under the table's own name, or under the alias that it has", () => {
    const texts: readonly [string, string][] = [
      ["select sales.n from shop.sales where n > 1", `select sales.n from (${cut}) as sales where n > 1`],
      ["select s.n from shop.sales as s", `select s.n from (${cut}) as s`],
      ["select s.n from shop.sales s, shop.other", `select s.n from (${cut}) s, shop.other`],
      ["select 1 from a.b join shop.sales using (n)", `select 1 from a.b join (${cut}) as sales using (n)`],
      ["select 1 from a.b cross join shop . sales", `select 1 from a.b cross join (${cut}) as sales`],
      [
        "select sales.n from `shop.sales` where n > 1",
        `select sales.n from (${cut}) as \`sales\` where n > 1`,
      ],
      ["select sales.n from `shop`.`sales`", `select sales.n from (${cut}) as \`sales\``],
      ["select 'from shop.sales' -- from shop.sales", "select 'from shop.sales' -- from shop.sales"],
    ];
    assert.deepEqual(
      texts.map(([text]) => narrow(text)),
      texts.map(([, narrowed]) => narrowed),
    );
  });

  it("keeps what a statement means, wherever in it the table stands", async () => {
    await using warehouse = await openDuckDb({ path: inMemory });
    for (const sql of [
      "create schema shop",
      "create table shop.sales as select i % 3 as day, i as n from range(9) as numbers(i)",
    ]) {
      await warehouse.query({ sql, purpose: "fill" });
    }
    const texts = [
      "select count(*) as n from shop.sales",
      "with sales as (select n from shop.sales) select sum(n) as n from sales",
      "select sum(a.n) as n from shop.sales as a join shop.sales on sales.n = a.n where sales.day = a.day",
      "select count(*) as n from (shop.sales cross join (select 1 as one) as ones)",
      "select max(n) as n from range(9) as numbers(i) left join shop.sales on n = i group by i is null",
      "select (select sum(sales.n) from shop.sales) + extract(year from date '2024-01-01') as n",
    ];
    async function answers(ask: (text: string) => string): Promise<readonly unknown[]> {
      const rows = [];
      for (const text of texts) rows.push(await warehouse.query({ sql: ask(text), purpose: "ask" }));
      return rows;
    }
    const narrowed = await answers(narrow);
    await warehouse.query({ sql: "delete from shop.sales where day <> 2", purpose: "cut" });
    assert.deepEqual(narrowed, await answers((text) => text));
  });
});
