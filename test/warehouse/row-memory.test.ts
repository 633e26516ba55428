import assert from "node:assert/strict";
import { mkdtempDisposableSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { CalendarDate } from "../../src/domain/calendar-date.ts";
import type { TableId } from "../../src/domain/table-id.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { createRowMemory } from "../../src/warehouse/row-memory.ts";
import type { Statement, Warehouse } from "../../src/warehouse/warehouse.ts";

const table = "shop.sales" as TableId;

/** What is not asked again keeps its draw: the flag is a lie here, to see what comes out of memory. */
const drawn = {
  sql: 'select sum(amount) as total, random() as draw from "shop"."sales"',
  purpose: "draw",
  ofRowsAlone: true,
};

async function openShop(): Promise<Warehouse> {
  const warehouse = await openDuckDb({ path: ":memory:" });
  await say(
    warehouse,
    "create schema shop",
    "create schema other",
    "create table shop.sales (amount int)",
    "create table shop.visits (day date)",
    "insert into shop.sales values (1), (2)",
  );
  return warehouse;
}

async function say(warehouse: Warehouse, ...texts: readonly string[]): Promise<void> {
  await warehouse.execute(texts.map((sql) => ({ sql, purpose: "change it" })));
}

async function look(warehouse: Warehouse, sql = drawn.sql) {
  const [row] = await warehouse.query({ ...drawn, sql });
  return row;
}

/** Changes of the total from 3, each by whatever a session may say. */
const changes: Readonly<Record<string, { readonly texts: readonly string[]; readonly total: number }>> = {
  "an insertion": { texts: ["insert into shop.sales values (4)"], total: 7 },
  "an update under quotes and capitals": { texts: ['update "SHOP"."Sales" set amount = 5'], total: 10 },
  "a deletion": { texts: ["delete from shop.sales where amount = 1"], total: 2 },
  "a merge": {
    texts: ["merge into shop.sales as s using (select 1 as a) on s.amount = a when matched then delete"],
    total: 2,
  },
  "a table in its place": { texts: ["create or replace table shop.sales as select 9 as amount"], total: 9 },
  "another one under its name": {
    texts: [
      "create table shop.later as select 8 as amount",
      "drop table shop.sales",
      "alter table shop.later rename to sales",
    ],
    total: 8,
  },
  "its dataset dropped and made again": {
    texts: [
      "drop schema shop cascade",
      "create schema shop",
      "create table shop.sales as select 6 as amount",
    ],
    total: 6,
  },
  "a column in the place of another": {
    texts: [
      "alter table shop.sales rename column amount to former",
      "alter table shop.sales add column amount int default 1",
    ],
    total: 2,
  },
};

/** A question by date whose dates each keep a draw of their own. */
const drawnByDate = {
  sql: `select cast(day as string) as analysis_date, count(*) as visits, random() as draw
from shop.visits where day between @start_date and @end_date group by day order by 1`,
  parameters: {
    start_date: { type: "date", value: "2024-01-01" },
    end_date: { type: "date", value: "2024-01-31" },
  },
  purpose: "draw by date",
  ofRowsAlone: true,
  perDate: "day",
} as const;

/** Writes to dates of January, as commits do, and what of the answer stands afterwards: 1, 2 and 3 January had a visit each. */
const datedChanges: Readonly<
  Record<
    string,
    {
      readonly texts: readonly string[];
      readonly dates?: readonly string[];
      readonly column?: string;
      readonly visits: string;
      readonly kept: string;
    }
  >
> = {
  "one date with more rows": {
    texts: ["insert into shop.visits values ('2024-01-02')"],
    dates: ["2024-01-02"],
    visits: "1 2 1",
    kept: "1 3",
  },
  "a date without rows now": {
    texts: ["delete from shop.visits where day = '2024-01-02'"],
    dates: ["2024-01-02"],
    visits: "1 1",
    kept: "1 3",
  },
  "a date that had none, between others": {
    texts: [
      "delete from shop.visits where day in ('2024-01-02', '2024-01-03')",
      "insert into shop.visits values ('2024-01-03'), ('2024-01-05')",
    ],
    dates: ["2024-01-02", "2024-01-03", "2024-01-05"],
    visits: "1 1 1",
    kept: "1",
  },
  "dates out of the range": {
    texts: ["insert into shop.visits values ('2024-02-02')"],
    dates: ["2024-02-02"],
    visits: "1 1 1",
    kept: "1 2 3",
  },
  "dates by another column": {
    texts: ["insert into shop.visits values ('2024-01-02')"],
    dates: ["2024-01-02"],
    column: "seen",
    visits: "1 2 1",
    kept: "",
  },
  "dates that nobody names": {
    texts: ["insert into shop.visits values ('2024-01-02')"],
    visits: "1 2 1",
    kept: "",
  },
  "a table in its place": {
    texts: ["create or replace table shop.visits as select date '2024-01-03' as day"],
    dates: ["2024-01-03"],
    visits: "1",
    kept: "",
  },
};

async function writeDates(
  warehouse: Warehouse,
  { texts, dates, column = "day" }: (typeof datedChanges)[string],
): Promise<void> {
  const onDates = dates === undefined ? {} : { onDates: { column, dates: dates as readonly CalendarDate[] } };
  await warehouse.execute(texts.map((sql) => ({ sql, purpose: "write dates", ...onDates })));
}

describe("what follows from the rows of one date alone", () => {
  for (const [name, change] of Object.entries(datedChanges)) {
    it(`stands after a write of ${name}, but for these`, async () => {
      await using warehouse = await openShop();
      await say(warehouse, "insert into shop.visits values ('2024-01-01'), ('2024-01-02'), ('2024-01-03')");
      const before = new Map((await warehouse.query(drawnByDate)).map((row) => [row["analysis_date"], row]));
      await writeDates(warehouse, change);
      await writeDates(warehouse, { ...change, texts: change.texts.slice(0, 0) });
      const after = await warehouse.query(drawnByDate);
      assert.equal(after.map(({ visits }) => visits).join(" "), change.visits);
      const kept = after.filter((row) => before.get(row["analysis_date"] ?? "")?.["draw"] === row["draw"]);
      assert.equal(kept.map((row) => Number(String(row["analysis_date"]).slice(-2))).join(" "), change.kept);
      assert.deepEqual(await warehouse.query(drawnByDate), after);
    });
  }

  it("is asked over all dates where one is written while others are asked about again", async () => {
    const memory = createRowMemory();
    const dates = ["2024-01-01" as CalendarDate];
    const change = { extent: "rows", sql: "shop.visits", onDates: { column: "day", dates } } as const;
    const asked: unknown[] = [];
    const how = {
      stored: () => Promise.resolve(new Set(["shop.visits"])),
      ask({ parameters }: Statement) {
        asked.push(parameters?.["end_date"]?.value);
        if (asked.length === 2) memory.tell(change);
        return Promise.resolve([]);
      },
    };
    await memory.recall(drawnByDate, how);
    memory.tell(change);
    await memory.recall(drawnByDate, how);
    assert.deepEqual(asked, ["2024-01-31", "2024-01-01", "2024-01-31"]);
    await memory.recall(drawnByDate, how);
    assert.deepEqual(asked.slice(3), ["2024-01-01"]);
  });
});

describe("what follows from rows alone", () => {
  it("is asked once, by all sessions together, until its table is written", async () => {
    await using warehouse = await openShop();
    await using session = await warehouse.session();
    const first = await look(warehouse);
    assert.deepEqual(await look(session), first);
    await say(
      session,
      "insert into shop.visits values ('2024-01-01')",
      "create temporary table stage (a int)",
    );
    assert.deepEqual(await look(warehouse), first);
    await say(session, "insert into shop.sales select 0");
    assert.notDeepEqual(await look(warehouse), first);
  });

  it("stands where the name of its table or dataset is only part of a longer one", async () => {
    await using warehouse = await openShop();
    const first = await look(warehouse);
    await say(
      warehouse,
      "create table other.workshop_sales (amount int)",
      "insert into other.workshop_sales values (3)",
      "create table other.sales_of_shops as select 1 as shops",
    );
    assert.deepEqual(await look(warehouse), first);
    await say(warehouse, 'insert into "shop"."sales"values (4)');
    assert.equal((await look(warehouse))?.["total"], 7);
  });

  it("is asked each time where the statement does not say so", async () => {
    await using warehouse = await openShop();
    const plain = { sql: drawn.sql, purpose: drawn.purpose };
    assert.notDeepEqual(await warehouse.query(plain), await warehouse.query(plain));
  });

  for (const [name, { texts, total }] of Object.entries(changes)) {
    it(`is asked anew after ${name}`, async () => {
      await using warehouse = await openShop();
      await look(warehouse);
      await say(warehouse, ...texts);
      assert.equal((await look(warehouse))?.["total"], total);
      await using single = await openShop();
      await look(single);
      for (const sql of texts) await single.query({ sql, purpose: "change it" });
      assert.equal((await look(single))?.["total"], total);
    });
  }

  it("is asked anew after a file was loaded in its place", async () => {
    await using warehouse = await openShop();
    using folder = mkdtempDisposableSync(join(tmpdir(), "cascade-row-memory-"));
    const path = join(folder.path, "sales.parquet");
    await look(warehouse);
    const sql = `copy (select 7 as amount) to '${path}' (format parquet)`;
    await warehouse.query({ sql, purpose: "write a file" });
    await warehouse.loadFile({
      table,
      columns: [{ name: "amount", type: "int64" }],
      path,
      format: "parquet",
      purpose: "load",
    });
    assert.equal((await look(warehouse))?.["total"], 7);
  });

  it("is neither learnt nor taken from an open transaction", async () => {
    await using warehouse = await openShop();
    await using session = await warehouse.session();
    await look(warehouse);
    for (const sql of ["begin transaction", "insert into shop.sales values (100)"])
      await session.query({ sql, purpose: "begin" });
    assert.equal((await look(session))?.["total"], 103);
    assert.equal((await look(warehouse))?.["total"], 3);
    await session.query({ sql: "rollback", purpose: "undo" });
    assert.equal((await look(session))?.["total"], 3);
    assert.equal((await look(warehouse))?.["total"], 3);
  });

  it("is seen by a session whose names mean something else as that one has it", async () => {
    await using warehouse = await openShop();
    await using session = await warehouse.session();
    const first = await look(warehouse);
    for (const sql of [
      "attach ':memory:' as cut",
      "create schema cut.shop",
      "create view cut.shop.sales as select * from cascade_database.shop.sales where amount = 1",
      "set search_path = 'cut.main,cascade_database.main'",
    ])
      await session.query({ sql, purpose: "cut" });
    assert.equal((await look(session))?.["total"], 1);
    assert.equal((await look(warehouse))?.["total"], first?.["total"]);
  });

  it("is asked each time of a view, which may rest on anything, and of columns that are computed", async () => {
    await using warehouse = await openShop();
    await say(
      warehouse,
      "create view shop.seen as select * from shop.sales",
      "create table shop.computed (amount int, chance double as (random()))",
    );
    for (const name of ["seen", "computed"]) {
      const sql = `select random() as draw from (select count(*) from shop.${name})`;
      assert.notDeepEqual(await look(warehouse, sql), await look(warehouse, sql));
    }
  });

  it("does not remember what was asked while its table was written", async () => {
    await using warehouse = await openShop();
    await using session = await warehouse.session();
    await say(warehouse, "create table shop.numbers as select * from range(3000000)");
    const slow = { ...drawn, sql: "select sum(amount) as total from shop.sales, shop.numbers" };
    await Promise.all([warehouse.query(slow), say(session, "insert into shop.sales values (4)")]);
    assert.deepEqual(await warehouse.query(slow), [{ total: 21_000_000 }]);
  });

  it("is asked anew once another process may have written", async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "cascade-row-memory-"));
    const path = join(folder.path, "shop.duckdb");
    await using warehouse = await openDuckDb({ path });
    await say(warehouse, "create schema shop", "create table shop.sales as select 3 as amount");
    await look(warehouse);
    await warehouse.lend(async () => {
      await using other = await openDuckDb({ path });
      await say(other, "update shop.sales set amount = 4");
    });
    assert.equal((await look(warehouse))?.["total"], 4);
  });
});
