import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { inMemory } from "../../src/warehouse/duckdb-place.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import type { Parameter, Warehouse } from "../../src/warehouse/warehouse.ts";

const purpose = "ask again";

describe("openDuckDb(), keeping plans", () => {
  let warehouse: Warehouse;
  before(async () => {
    warehouse = await openDuckDb({ path: inMemory, keepsPlans: true });
    await execute("create schema s", "create table s.t (a bigint, d date)");
  });
  after(() => warehouse[Symbol.asyncDispose]());

  async function execute(...statements: readonly string[]): Promise<void> {
    await warehouse.execute(statements.map((sql) => ({ sql, purpose })));
  }

  async function put(...values: readonly number[]): Promise<void> {
    const rows = values.map((value) => `(${value}, date '2024-01-0${value}')`);
    await execute("delete from s.t", `insert into s.t values ${rows.join(", ")}`);
  }

  function ask(sql: string, parameters: Readonly<Record<string, Parameter>> = {}) {
    return warehouse.query({ sql, parameters, purpose });
  }

  const texts = (value: string | null): Parameter => ({ type: "string", value });
  const dates = (...value: readonly string[]): Parameter => ({ type: "array<date>", value });

  it("sees what tables hold now, though they held what could not match when it was planned", async () => {
    const sql = "select count(*) as rows, max(a) as most from s.t where a > 5";
    await put(1, 2);
    assert.deepEqual(await ask(sql), [{ rows: 0, most: null }]);
    await put(1, 7, 9);
    assert.deepEqual(await ask(sql), [{ rows: 2, most: 9 }]);
  });

  it("takes the values of each time", async () => {
    await put(1, 2, 3);
    const sql = "select a from s.t where list_contains(@dates, d) and d <> @other order by a";
    const other: Parameter = { type: "date", value: "2024-01-02" };
    assert.deepEqual(await ask(sql, { dates: dates("2024-01-01", "2024-01-02"), other }), [{ a: 1 }]);
    assert.deepEqual(await ask(sql, { dates: dates("2024-01-03"), other }), [{ a: 3 }]);
    assert.deepEqual(await ask(sql, { dates: dates(), other }), []);
  });

  it("tells values apart whose texts join to the same", async () => {
    const sql = "select @one as one, @two as two";
    for (const [one, two] of [
      ["a\nb", "c"],
      ["a", "b\nc"],
      ["null", "c"],
      [null, "c"],
    ] as const) {
      assert.deepEqual(await ask(sql, { one: texts(one), two: texts(two) }), [{ one, two }]);
    }
  });

  it("takes parameters where no query may stand", async () => {
    await put(1, 2, 3);
    const sql = "select quantile_disc(a, @part) as a from s.t";
    for (const [value, a] of [
      [0, 1],
      [1, 3],
    ] as const) {
      assert.deepEqual(await ask(sql, { part: { type: "float64", value } }), [{ a }]);
    }
  });

  it("finds the values again that a failed transaction has taken back", async () => {
    const parameters = { least: { type: "int64", value: 6 } } as const;
    const sql = "insert into s.t select a, d from s.t where a > @least";
    const failing = { sql: "insert into s.t select error('no'), null", purpose };
    await put(1, 7);
    await assert.rejects(warehouse.execute([{ sql, parameters, purpose }, failing]));
    await warehouse.execute([{ sql, parameters, purpose }]);
    assert.deepEqual(await ask("select a from s.t order by a"), [{ a: 1 }, { a: 7 }, { a: 7 }]);
  });

  it("plans anew once a name means something else", async () => {
    const sql = "select * from own";
    await execute("create temporary table own as select 1 as a");
    assert.deepEqual(await ask(sql), [{ a: 1 }]);
    await execute("create or replace temporary table own as select 'x' as b, 2 as c");
    assert.deepEqual(await ask(sql), [{ b: "x", c: 2 }]);
  });
});
