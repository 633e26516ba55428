import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Fault } from "../../src/errors.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { inMemory } from "../../src/warehouse/duckdb-place.ts";
import { openQueryPool } from "../../src/warehouse/query-pool.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";

describe("openQueryPool()", () => {
  it("answers more queries than it has sessions, each with its own rows", async () => {
    await using warehouse = await openDuckDb({ path: inMemory });
    await using pool = openQueryPool(warehouse, 2);
    const numbers = Array.from({ length: 20 }, (_, number) => number);
    const answers = await Promise.all(numbers.map((number) => ask(pool, `select ${number} as answer`)));
    assert.deepEqual(
      answers.map(([row]) => row?.["answer"]),
      numbers,
    );
  });

  it("opens no more sessions than its size", async () => {
    await using warehouse = await openDuckDb({ path: inMemory });
    let opened = 0;
    const counting: Warehouse = {
      ...warehouse,
      session: () => {
        opened += 1;
        return warehouse.session();
      },
    };
    await using pool = openQueryPool(counting, 3);
    await Promise.all(Array.from({ length: 9 }, () => ask(pool, "select 1 as answer")));
    assert.equal(opened, 3);
  });

  it("goes on after a query that fails", async () => {
    await using warehouse = await openDuckDb({ path: inMemory });
    await using pool = openQueryPool(warehouse, 1);
    const [wrong, right] = await Promise.allSettled([
      ask(pool, "select absent from nowhere"),
      ask(pool, "select 7 as answer"),
    ]);
    assert.equal(wrong.status, "rejected");
    assert.equal(right.status, "fulfilled");
  });

  it("interrupts what is in flight, and stays shut", async () => {
    await using warehouse = await openDuckDb({ path: inMemory });
    await using pool = openQueryPool(warehouse, 2);
    const long = ask(pool, "select sum(hash(range::varchar)) as answer from range(2000000000)");
    const stopped = assert.rejects(long, isInterrupted);
    await ask(pool, "select 1 as answer");
    pool.interrupt();
    await stopped;
    await assert.rejects(ask(pool, "select 1 as answer"), isInterrupted);
  });
});

function isInterrupted(error: unknown): boolean {
  return error instanceof Fault && error.code === "interrupted";
}

async function ask(warehouse: Warehouse, sql: string): ReturnType<Warehouse["query"]> {
  return warehouse.query({ sql, purpose: "ask in a test" });
}
