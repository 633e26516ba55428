import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempDisposableSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { Fault } from "../../src/errors.ts";
import { readMemory } from "../../src/engines/read-memory.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { removeLeftovers, spillFolder } from "../../src/warehouse/spill-folder.ts";

/** Opens a database with little memory, keeps a table of no consequence that does not fit into it, and waits. */
const spiller = `
import { openDuckDb } from "./src/warehouse/duckdb.ts";
const warehouse = await openDuckDb({ path: process.argv[1], memoryLimit: "64MB", lock: { folders: [] } });
const sql = "create temporary table large as select r, hash(r) as h from range(5000000) as made(r)";
await warehouse.query({ sql, purpose: "spill" });
const [row] = await warehouse.query({ sql: "select count(*) as n, sum(r) as total from large", purpose: "count" });
console.log(JSON.stringify(row));
setInterval(() => undefined, 1000);
`;

function spilled(folder: string): readonly string[] {
  return readdirSync(folder).filter((name) => name.includes(".spill-"));
}

describe("what does not fit into memory", () => {
  it("lies beside the database, and is removed by the next that writes where its process was killed", async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "cascade-spill-"));
    const path = join(folder.path, "shop.duckdb");
    const child = spawn(process.execPath, ["--input-type=module", "-e", spiller, path], {
      cwd: join(import.meta.dirname, "..", ".."),
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [counted]: readonly unknown[] = await once(child.stdout, "data");
    assert.deepEqual(JSON.parse(String(counted)), { n: 5_000_000, total: 12_499_997_500_000 });
    assert.equal(spilled(folder.path).length, 1);
    child.kill("SIGKILL");
    await once(child, "exit");
    await (await openDuckDb({ path, readOnly: true }))[Symbol.asyncDispose]();
    assert.equal(spilled(folder.path).length, 1);
    await (await openDuckDb({ path }))[Symbol.asyncDispose]();
    assert.deepEqual(spilled(folder.path), []);
  });

  it("is removed of nobody who runs, and nothing else is", () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "cascade-spill-"));
    const path = join(folder.path, "shop.duckdb");
    const others = [
      `${path}.spill-notes`,
      `${path}.spill-1-short`,
      join(folder.path, "other.duckdb.spill-1-0123456789abcdef"),
    ];
    for (const name of [spillFolder(path), ...others]) mkdirSync(name);
    removeLeftovers(path);
    for (const name of [spillFolder(path), ...others]) assert.ok(existsSync(name), name);
  });

  it("lies among temporary files where the database is no file", () => {
    assert.ok(spillFolder(":memory:").startsWith(join(tmpdir(), "cascade-duckdb-")));
  });
});

describe("readMemory()", () => {
  it("takes an amount with its unit, and half of the machine without one", () => {
    for (const text of ["4GB", "512 mb", "1.5GiB"]) assert.equal(readMemory("it", text), text);
    for (const text of [undefined, ""]) assert.match(readMemory("it", text), /^\d+MB$/);
  });

  it("refuses anything else", () => {
    for (const text of ["4", "GB", "-1GB", "50%", "4GB'; drop"]) {
      assert.throws(
        () => readMemory("it", text),
        (cause) => cause instanceof Fault && cause.code === "usage",
      );
    }
  });
});
