import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  existsSync,
  mkdtempDisposableSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { DuckDBInstance } from "@duckdb/node-api";
import type { CalendarDate } from "../../src/domain/calendar-date.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { knownPathOf } from "../../src/warehouse/file-memory.ts";

/** What is not asked again keeps its draw: the flag is a lie here, to see what comes out of memory. */
const drawn = {
  sql: "select sum(amount) as total, cast(random() as varchar) as draw from shop.sales",
  purpose: "draw",
  ofRowsAlone: true,
};

type How = { readonly readOnly?: boolean; readonly timeZone?: string; readonly before?: string };

/** What a process of ours sees, which opens the file, says something where it is told to, and lets go of it. */
async function look(path: string, { before, ...how }: How = {}) {
  await using warehouse = await openDuckDb({ path, ...how });
  if (before !== undefined) await warehouse.execute([{ sql: before, purpose: "change it" }]);
  const [row] = await warehouse.query(drawn);
  return { total: Number(row?.["total"]), draw: row?.["draw"] };
}

/** What another engine writes by hand; it says nothing to anybody. */
async function byHand(path: string, ...texts: readonly string[]): Promise<void> {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  for (const text of texts) await connection.run(text);
  connection.closeSync();
  instance.closeSync();
}

async function makeShop() {
  const folder = mkdtempDisposableSync(join(tmpdir(), "cascade-file-memory-"));
  const path = join(folder.path, "till.duckdb");
  await byHand(
    path,
    "create schema shop",
    "create table shop.sales (amount int)",
    "insert into shop.sales values (1), (2)",
  );
  const first = await look(path);
  assert.equal(first.total, 3);
  return { path, first, folder: folder.path, [Symbol.dispose]: () => folder.remove() };
}

const writer = `
import { DuckDBInstance } from "@duckdb/node-api";
const connection = await (await DuckDBInstance.create(process.argv[1])).connect();
await connection.run("insert into shop.sales values (40)");
console.log("written");
setInterval(() => undefined, 1000);
`;

/** Another process that writes and dies before the file has it: the log beside it does. */
async function dieWriting(path: string): Promise<void> {
  const child = spawn(process.execPath, ["--input-type=module", "-e", writer, path], {
    cwd: join(import.meta.dirname, "..", ".."),
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  child.kill("SIGKILL");
  await once(child, "exit");
}

describe("what is known of a file", () => {
  it("stands for the next process, also for one that only reads", async () => {
    using shop = await makeShop();
    assert.deepEqual(await look(shop.path), shop.first);
    assert.deepEqual(await look(shop.path, { readOnly: true }), shop.first);
    assert.deepEqual(await look(shop.path), shop.first);
  });

  it("is left by nobody who only reads", async () => {
    using shop = await makeShop();
    await byHand(shop.path, "insert into shop.sales values (4)");
    await look(shop.path, { readOnly: true });
    const again = await look(shop.path, { readOnly: true });
    assert.notEqual((await look(shop.path, { readOnly: true })).draw, again.draw);
    assert.equal(again.total, 7);
  });

  it("is measured anew in another time zone", async () => {
    using shop = await makeShop();
    assert.notDeepEqual(await look(shop.path, { timeZone: "Asia/Tokyo" }), shop.first);
  });

  it("follows what we write ourselves", async () => {
    using shop = await makeShop();
    const mine = await look(shop.path, { before: "insert into shop.sales values (4)" });
    assert.equal(mine.total, 7);
    assert.deepEqual(await look(shop.path), mine);
  });

  it("is not left of dates of which only some are known anew", async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "cascade-file-memory-"));
    const path = join(folder.path, "shop.duckdb");
    const range = {
      start_date: { type: "date", value: "2024-01-01" },
      end_date: { type: "date", value: "2024-01-31" },
    } as const;
    const question = {
      sql: `select cast(day as string) as analysis_date, count(*) as visits
from shop.visits where day between @start_date and @end_date group by 1 order by 1`,
      parameters: range,
      purpose: "count visits",
      ofRowsAlone: true,
      perDate: "day",
    } as const;
    {
      await using warehouse = await openDuckDb({ path });
      for (const sql of ["create schema shop", "create table shop.visits as select date '2024-01-02' as day"])
        await warehouse.execute([{ sql, purpose: "make it" }]);
      await warehouse.query(question);
      const onDates = { column: "day", dates: ["2024-01-03" as CalendarDate] };
      const sql = "insert into shop.visits values ('2024-01-03')";
      await warehouse.execute([{ sql, purpose: "write a date", onDates }]);
    }
    await using next = await openDuckDb({ path });
    const rows = await next.query(question);
    assert.deepEqual(
      rows.map((row) => row["analysis_date"]),
      ["2024-01-02", "2024-01-03"],
    );
  });

  const writes: Readonly<Record<string, readonly string[]>> = {
    "an update of one value": ["update shop.sales set amount = 9 where amount = 2"],
    "an update with a checkpoint": ["update shop.sales set amount = 9 where amount = 2", "checkpoint"],
    "two updates, the second back to the sum": [
      "update shop.sales set amount = 2 where amount = 1",
      "update shop.sales set amount = 1 where amount = 2",
    ],
    "a view in the place of the table": [
      "alter table shop.sales rename to old",
      "create view shop.sales as from shop.old",
    ],
  };
  for (const [name, texts] of Object.entries(writes)) {
    it(`does not stand after ${name} by hand`, async () => {
      using shop = await makeShop();
      await byHand(shop.path, ...texts);
      assert.notEqual((await look(shop.path)).draw, shop.first.draw);
    });
  }

  it("does not stand after another process died with its writes in the log", async () => {
    using shop = await makeShop();
    await dieWriting(shop.path);
    assert.equal((await look(shop.path, { readOnly: true })).total, 43);
    assert.equal((await look(shop.path)).total, 43);
    assert.equal((await look(shop.path)).total, 43);
  });

  it("does not stand under another name of the file whose log holds writes", async () => {
    using shop = await makeShop();
    const link = join(shop.folder, "link.duckdb");
    symlinkSync(shop.path, link);
    await look(link);
    await dieWriting(shop.path);
    const seen = await look(link, { readOnly: true });
    await byHand(shop.path);
    assert.notEqual(seen.draw, shop.first.draw);
    assert.equal((await look(link)).total, 43);
  });

  for (const [name, put] of Object.entries({ copied: copyFileSync, moved: renameSync })) {
    it(`does not stand for a backup that was ${name} into its place`, async () => {
      using shop = await makeShop();
      const backup = join(shop.folder, "backup.duckdb");
      copyFileSync(shop.path, backup);
      const later = await look(shop.path, { before: "update shop.sales set amount = 9 where amount = 2" });
      assert.equal(later.total, 10);
      put(backup, shop.path);
      assert.equal((await look(shop.path)).total, 3);
    });

    it(`does not stand for a copy that went another way and was ${name} back`, async () => {
      using shop = await makeShop();
      const copy = join(shop.folder, "copy.duckdb");
      copyFileSync(shop.path, copy);
      await byHand(copy, "update shop.sales set amount = 8 where amount = 2");
      await look(shop.path, { before: "update shop.sales set amount = 9 where amount = 2" });
      assert.equal(statSync(copy).size, statSync(shop.path).size);
      put(copy, shop.path);
      assert.equal((await look(shop.path)).total, 9);
    });

    it(`is not left for a file that was ${name} into its place while it was open`, async () => {
      using shop = await makeShop();
      const other = join(shop.folder, "other.duckdb");
      copyFileSync(shop.path, other);
      await byHand(other, "update shop.sales set amount = 8 where amount = 2");
      await using warehouse = await openDuckDb({ path: shop.path });
      await warehouse.query(drawn);
      put(other, shop.path);
      await warehouse[Symbol.asyncDispose]();
      assert.equal((await look(shop.path)).total, 9);
    });
  }

  it("does not stand where the time of the last write was put back", async () => {
    using shop = await makeShop();
    const { atime, mtime, size } = statSync(shop.path);
    await byHand(shop.path, "update shop.sales set amount = 9 where amount = 2");
    utimesSync(shop.path, atime, mtime);
    assert.ok(statSync(shop.path).size >= size);
    assert.equal((await look(shop.path)).total, 10);
  });

  it("is not believed where its record was changed, cut short or given to another file", async () => {
    using shop = await makeShop();
    const known = knownPathOf(shop.path);
    const text = readFileSync(known, "utf8");
    const lie = text.replace('"total":3', '"total":5');
    assert.notEqual(lie, text);
    for (const record of [lie, text.slice(0, -1), text.slice(0, 64), "", "\n", "{}"]) {
      writeFileSync(known, record);
      const seen = await look(shop.path, { readOnly: true });
      assert.equal(seen.total, 3);
      assert.notEqual(seen.draw, shop.first.draw);
    }
    using other = await makeShop();
    await byHand(other.path, "update shop.sales set amount = 9");
    writeFileSync(knownPathOf(other.path), text);
    assert.equal((await look(other.path)).total, 18);
  });

  it("is not there while somebody of ours may write", async () => {
    using shop = await makeShop();
    assert.ok(existsSync(knownPathOf(shop.path)));
    await using warehouse = await openDuckDb({ path: shop.path });
    assert.ok(!existsSync(knownPathOf(shop.path)));
    await warehouse.execute([{ sql: "insert into shop.sales values (4)", purpose: "change it" }]);
  });
});
