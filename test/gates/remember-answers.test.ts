import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { rememberAnswers } from "../../src/gates/remember-answers.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { inMemory } from "../../src/warehouse/duckdb-place.ts";
import { openQueryPool } from "../../src/warehouse/query-pool.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";

describe("rememberAnswers()", () => {
  it("answers from memory, in sessions and pools too, until it is told to forget", async () => {
    await using warehouse = await openDuckDb({ path: inMemory });
    await write(warehouse, "create table main.shops as select 1 as shop");
    const remembering = rememberAnswers(warehouse);
    assert.equal(await countOf(remembering), 1);
    await write(warehouse, "insert into main.shops values (2)");
    await using pool = openQueryPool(remembering);
    for (const asked of [remembering, pool]) assert.equal(await countOf(asked), 1);
    remembering.forget();
    for (const asked of [pool, remembering, warehouse]) assert.equal(await countOf(asked), 2);
  });

  it("keeps, of what it forgets, what was read from unwritten tables alone", async () => {
    await using warehouse = await openDuckDb({ path: inMemory });
    await write(warehouse, "create table main.shops as select 1 as shop");
    await write(warehouse, "create table main.sales as select 1 as shop");
    const remembering = rememberAnswers(warehouse);
    const questions = ["main.shops", "main.SHOPS join main.sales using (shop)", "duckdb_tables()"];
    async function ask(): Promise<readonly unknown[]> {
      const answers = questions.map((from) =>
        remembering.query({ sql: `select count(*) as n from ${from}`, purpose: "count" }),
      );
      return (await Promise.all(answers)).map(([row]) => row?.["n"]);
    }
    assert.deepEqual(await ask(), [1, 1, 2]);
    await write(warehouse, "insert into main.shops values (1)");
    await write(warehouse, "create table main.other as select 1 as shop");
    remembering.forget(["main.shops"]);
    assert.deepEqual(await ask(), [1, 2, 3]);
    remembering.forget(["main.shops", "main.sales"]);
    assert.deepEqual(await ask(), [1, 2, 3]);
    remembering.forget();
    assert.deepEqual(await ask(), [2, 2, 3]);
  });

  it("tells parameters apart, and asks again what failed", async () => {
    await using warehouse = await openDuckDb({ path: inMemory });
    const remembering = rememberAnswers(warehouse);
    for (const value of [1, 2]) {
      const parameters = { value: { type: "int64", value } } as const;
      const [row] = await remembering.query({ sql: "select @value as value", parameters, purpose: "echo" });
      assert.equal(row?.["value"], value);
    }
    await assert.rejects(countOf(remembering));
    await write(warehouse, "create table main.shops as select 1 as shop");
    assert.equal(await countOf(remembering), 1);
  });
});

async function countOf(warehouse: Warehouse): Promise<unknown> {
  const [row] = await warehouse.query({ sql: "select count(*) as n from main.shops", purpose: "count" });
  return row?.["n"];
}

async function write(warehouse: Warehouse, sql: string): Promise<void> {
  await warehouse.execute([{ sql, purpose: "write" }]);
}
