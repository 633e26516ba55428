import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { inMemory } from "../../src/warehouse/duckdb-place.ts";

let folder = "";

describe("openDuckDb()", () => {
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "cascade-duckdb-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it("resolves two-part names whatever the file is called", async () => {
    await using warehouse = await openDuckDb({ path: join(folder, "odd name.db") });
    await warehouse.execute([
      { sql: "create schema web", purpose: "create" },
      { sql: "create table web.visits (n bigint)", purpose: "create" },
      { sql: "insert into web.visits values (7)", purpose: "insert" },
    ]);
    assert.deepEqual(await warehouse.query({ sql: "select n from web.visits", purpose: "read" }), [{ n: 7 }]);
  });

  it("binds parameters by their declared type and leaves @names in strings alone", async () => {
    await using warehouse = await openDuckDb({ path: inMemory });
    const [row] = await warehouse.query({
      sql: "select @day as day, typeof(@day) as kind, '@day' as text, list_contains(@days, @day) as found, @n + 1 as next",
      parameters: {
        day: { type: "date", value: "2021-11-05" },
        days: { type: "array<date>", value: ["2021-11-04", "2021-11-05"] },
        n: { type: "int64", value: 41 },
      },
      purpose: "bind",
    });
    assert.deepEqual(row, { day: "2021-11-05", kind: "DATE", text: "@day", found: true, next: 42 });
  });

  it("offers the prelude's functions and types also on a read-only database", async () => {
    const path = join(folder, "prelude.duckdb");
    await (await openDuckDb({ path }))[Symbol.asyncDispose]();
    await using warehouse = await openDuckDb({ path, readOnly: true });
    const [row] = await warehouse.query({
      sql: "select safe_divide(1, 0) as nothing, typeof(cast(1 as float64)) as kind",
      purpose: "use the prelude",
    });
    assert.deepEqual(row, { nothing: null, kind: "DOUBLE" });
    await assert.rejects(warehouse.execute([{ sql: "create schema s", purpose: "write" }]), {
      code: "warehouse-unusable",
    });
  });

  it("keeps nothing of a transaction whose last statement fails", async () => {
    await using warehouse = await openDuckDb({ path: inMemory });
    await warehouse.execute([{ sql: "create table cascade_database.main.t (n bigint)", purpose: "create" }]);
    const statements = ["insert into t values (1)", "select error('no')"].map((sql) => ({
      sql,
      purpose: "write",
    }));
    await assert.rejects(warehouse.execute(statements), { code: "statement-failed" });
    assert.deepEqual(await warehouse.query({ sql: "select * from t", purpose: "read" }), []);
  });

  it("has all in the file once it is closed, also where a session is still open", async () => {
    const path = join(folder, "closed.duckdb");
    const warehouse = await openDuckDb({ path });
    await warehouse.execute([{ sql: "create table main.t as select 1 as a", purpose: "create" }]);
    const session = await warehouse.session();
    await session.query({ sql: "select * from main.t", purpose: "read" });
    await warehouse[Symbol.asyncDispose]();
    assert.equal(existsSync(`${path}.wal`), false);
    await using again = await openDuckDb({ path, readOnly: true });
    assert.deepEqual(await again.query({ sql: "select * from main.t", purpose: "read" }), [{ a: 1 }]);
    await session[Symbol.asyncDispose]();
  });

  it("calls a missing database missing and creates nothing when it only reads", async () => {
    const path = join(folder, "absent.duckdb");
    await assert.rejects(openDuckDb({ path, readOnly: true }), { code: "warehouse-missing" });
  });

  it("calls a file that is no database unusable", async () => {
    const path = join(folder, "text.duckdb");
    await writeFile(path, "this is not a database, but it is longer than a header".repeat(100));
    await assert.rejects(openDuckDb({ path }), { code: "warehouse-unusable" });
  });

  it("names the process that holds the file, and how far it is", async () => {
    const path = join(folder, "held.duckdb");
    const holder = spawn(process.execPath, [
      "--input-type=module",
      "-e",
      `import { openDuckDb } from ${JSON.stringify(new URL("../../src/warehouse/duckdb.ts", import.meta.url).href)};
       await openDuckDb({ path: ${JSON.stringify(path)} });
       console.log("held");
       setInterval(() => undefined, 1000);`,
    ]);
    try {
      await new Promise((resolve) => holder.stdout.once("data", resolve));
      await writeFile(`${path}.progress`, "3 of 10 dates done");
      await assert.rejects(
        openDuckDb({ path, readOnly: true }),
        (fault: { code: string; message: string }) => {
          assert.equal(fault.code, "warehouse-locked");
          assert.match(fault.message, new RegExp(`process ${holder.pid} holds it; 3 of 10 dates done`));
          return true;
        },
      );
    } finally {
      holder.kill("SIGKILL");
    }
  });
});
