import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { unstableFunctions } from "../../src/warehouse/duckdb-parser.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { inMemory } from "../../src/warehouse/duckdb-place.ts";
import { openScratch } from "../../src/warehouse/scratch-folder.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";

const folder = mkdtempSync(join(tmpdir(), "cascade-lock-"));
const secret = join(folder, "secret.csv");
const stolen = join(folder, "stolen.csv");
writeFileSync(secret, "a secret\n");
after(() => rmSync(folder, { recursive: true, force: true }));

function openLocked(folders: readonly string[] = []): Promise<Warehouse> {
  return openDuckDb({ path: join(folder, "shop.duckdb"), lock: { folders } });
}

function ask(warehouse: Warehouse, sql: string): Promise<unknown> {
  return warehouse.query({ sql, purpose: "try" });
}

describe("openDuckDb() with a lock", () => {
  it("reads and writes no file, loads nothing and keeps its settings", async () => {
    await using warehouse = await openLocked();
    const attempts = [
      `select * from read_text('${secret}')`,
      `select * from read_csv('${secret}')`,
      `select * from '${secret}'`,
      `select * from read_parquet('https://127.0.0.1:1/a.parquet')`,
      `copy (select 1 as one) to '${stolen}'`,
      `export database '${join(folder, "export")}'`,
      `attach '${join(folder, "other.duckdb")}' as other`,
      "install httpfs",
      "load httpfs",
      "set enable_external_access = true",
      "set lock_configuration = false",
      "set allowed_directories = ['/']",
      "set TimeZone = 'Asia/Tokyo'",
      "reset threads",
      `pragma temp_directory = '${folder}'`,
    ];
    for (const sql of attempts) {
      await assert.rejects(ask(warehouse, sql), /disabled|locked|Cannot change|Permission/i, sql);
    }
    await using session = await warehouse.session();
    await assert.rejects(ask(session, `select * from read_text('${secret}')`), /disabled/);
    assert.equal(existsSync(stolen), false);
    assert.equal(existsSync(join(folder, "other.duckdb")), false);
  });

  it("keeps its own database, temporary tables and the folders that it is given", async () => {
    const given = join(folder, "given");
    mkdirSync(given);
    await using scratch = await openScratch("test");
    await using warehouse = await openLocked([given]);
    await ask(warehouse, "create schema if not exists raw");
    await ask(warehouse, "create or replace table raw.sales as select 1 as id");
    await ask(warehouse, "create temporary table kept as select * from raw.sales");
    for (const place of [given, scratch.folder]) {
      const path = join(place, "sales.parquet");
      await ask(warehouse, `copy (select * from kept) to '${path}' (format parquet)`);
      assert.deepEqual(await ask(warehouse, `select id from read_parquet('${path}')`), [{ id: 1 }]);
    }
  });

  it("runs one statement at a time", async () => {
    await using warehouse = await openLocked();
    const two = { sql: "select 1; create schema sneaked", purpose: "try" };
    await assert.rejects(warehouse.query(two), /expected one statement, found 2/);
    await assert.rejects(warehouse.execute([two]), /expected one statement, found 2/);
    const schemas = "select schema_name from information_schema.schemata where schema_name = 'sneaked'";
    assert.deepEqual(await ask(warehouse, schemas), []);
  });

  it("gives up a statement that takes longer than its limit, and goes on", async () => {
    await using warehouse = await openDuckDb({ path: inMemory, lock: { folders: [] }, limitMs: 50 });
    const endless =
      "with recursive n as (select 1 as i union all select i + 1 from n) select max(i) as m from n";
    await assert.rejects(ask(warehouse, endless), /took longer than 50 ms/);
    assert.deepEqual(await ask(warehouse, "select 1 as one"), [{ one: 1 }]);
  });
});

describe("openDuckDb()", () => {
  it("makes dates of instants in the zone that it is given, in every session, and in UTC otherwise", async () => {
    const sql = "select cast(cast(timestamptz '2024-02-26 23:30:00+00' as date) as varchar) as day";
    const zones = [{ timeZone: "Europe/Berlin" }, { timeZone: "America/Los_Angeles" }, {}];
    const days: unknown[] = [];
    for (const zone of zones) {
      await using warehouse = await openDuckDb({ path: inMemory, ...zone });
      await using session = await warehouse.session();
      assert.deepEqual(await ask(session, sql), await ask(warehouse, sql));
      days.push(...((await ask(session, sql)) as readonly unknown[]));
    }
    assert.deepEqual(days, [{ day: "2024-02-27" }, { day: "2024-02-26" }, { day: "2024-02-26" }]);
  });
});

describe("parse() of DuckDB", () => {
  it("knows every function that DuckDB itself calls unstable", async () => {
    await using warehouse = await openDuckDb({ path: inMemory });
    const rows = await warehouse.query({
      sql: `select distinct function_name from duckdb_functions()
where stability in ('VOLATILE', 'CONSISTENT_WITHIN_QUERY') and function_name <> 'error'`,
      purpose: "list what is unstable",
    });
    const missing = rows
      .map((row) => String(row["function_name"]))
      .filter((name) => !unstableFunctions.has(name));
    assert.notEqual(rows.length, 0);
    assert.deepEqual(missing, []);
  });

  it("knows what reads the clock, the session or the build although DuckDB calls it consistent", async () => {
    await using warehouse = await openDuckDb({ path: inMemory });
    const calls = [
      "current_localtimestamp()",
      "current_localtime()",
      "localtimestamp",
      "age(timestamp '2020-01-01')",
      "current_setting('threads')",
      "getvariable('x')",
      "version()",
      "pg_sleep(1)",
      "rowid",
    ];
    const parsed = await warehouse.parse(
      calls.map((call) => ({ text: `select ${call} as x from raw.sales` })),
    );
    const told = parsed.map((query) =>
      query.kind === "query" ? query.unstable.map(({ name }) => name) : query,
    );
    assert.deepEqual(
      told,
      calls.map((call) => [call.replace(/\(.*/, "")]),
    );
    const between = { text: "select age(timestamp '2020-01-01', timestamp '2019-01-01') as x" };
    const [apart] = await warehouse.parse([between]);
    assert.deepEqual(apart?.kind === "query" && apart.unstable, []);
  });

  it("tells tables, table functions and what is unstable with their offsets, in text of several bytes too", async () => {
    await using warehouse = await openDuckDb({ path: inMemory });
    const sql = `with own as (select 'é' as e, @day as d)
select random() as r, current_date as c from own, raw.sales, query('select 1') as q, 'a.csv' as f`;
    const [parsed] = await warehouse.parse([{ text: sql }]);
    assert.deepEqual(
      parsed?.kind === "query" && {
        tables: parsed.tables
          .map(({ name, offset }) => `${name} ${sql.slice(offset, offset + 3)}`)
          .toSorted(byText),
        functions: parsed.tableFunctions.map(({ name }) => name),
        unstable: parsed.unstable
          .map(({ name, offset }) => `${name} ${sql.slice(offset, offset + 3)}`)
          .toSorted(byText),
      },
      {
        tables: ["a.csv 'a.", "raw.sales raw"],
        functions: ["query"],
        unstable: ["current_date cur", "random ran"],
      },
    );
  });

  it("takes a name for a common table of the query where it is in reach, and has one part", async () => {
    await using warehouse = await openDuckDb({ path: inMemory });
    const tablesOf = async (sql: string): Promise<readonly string[]> => {
      const [parsed] = (await warehouse.parse([{ text: sql }])) ?? [];
      return parsed?.kind === "query" ? parsed.tables.map(({ name }) => name) : [`refused: ${sql}`];
    };
    assert.deepEqual(await tablesOf("with Own as (select 1) select * from OWN"), []);
    assert.deepEqual(
      await tablesOf("with recursive n as (select 1 as i union all select i from n) select * from n"),
      [],
    );
    assert.deepEqual(await tablesOf("with own as (select 1) select (select max(x) from own) from own"), []);
    assert.deepEqual(await tablesOf('with "raw.other" as (select 1) select * from raw.other'), ["raw.other"]);
    assert.deepEqual(await tablesOf("select (with t as (select 1 as x) select max(x) from t) from t"), ["t"]);
  });

  it("reads a query of 150,000 values", async () => {
    await using warehouse = await openDuckDb({ path: inMemory });
    const [parsed] = (await warehouse.parse([{ text: `select ${"1,".repeat(150_000)}1` }])) ?? [];
    assert.equal(parsed?.kind, "query");
  });
});

function byText(left: string, right: string): number {
  return left < right ? -1 : 1;
}
