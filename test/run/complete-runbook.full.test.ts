import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Fault } from "../../src/errors.ts";
import { askEngine, completeRunbook } from "../../src/run/complete-runbook.ts";
import { explainRunbook } from "../../src/runbook/explain-runbook.ts";
import type { Runbook } from "../../src/runbook/runbook.ts";
import { calendarQuery } from "../../src/sql/calendar.ts";
import { duckdb } from "../../src/sql/duckdb.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { inMemory } from "../../src/warehouse/duckdb-place.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import { fillTill, readTill, runTill, tillFiles } from "./open-columns.ts";
import { readShop } from "./shop.ts";

async function openTill(): Promise<Warehouse> {
  const warehouse = await openDuckDb({ path: inMemory });
  await fillTill(warehouse);
  return warehouse;
}

function columnsOf({ processors, sources }: Runbook, name: string): readonly string[] {
  const table = [...sources, ...processors].find((candidate) => candidate.table === name);
  return (table?.columns ?? []).map(
    (column) => `${column.name} ${column.type}${column.nullable === undefined ? "" : "?"}`,
  );
}

async function change(warehouse: Warehouse, sql: string): Promise<void> {
  await warehouse.execute([{ sql, purpose: "change the raw table" }]);
}

describe("completeRunbook()", () => {
  it("finds the columns of sources in the catalog, and those of steps in what they give", async () => {
    await using warehouse = await openTill();
    const runbook = await completeRunbook(warehouse, readTill());
    assert.deepEqual(columnsOf(runbook, "till_raw.sales"), [
      "sale string",
      "day date",
      "shop string?",
      "amount numeric(10, 2)?",
      "till int64?",
    ]);
    assert.deepEqual(columnsOf(runbook, "till_mart.sums"), [
      "day date",
      "shop string",
      "sales int64?",
      "amount numeric(38, 2)?",
    ]);
    assert.deepEqual(columnsOf(runbook, "till_mart.trend"), [
      "day date",
      "shop string",
      "week numeric(38, 2)?",
    ]);
  });

  it("gives a runbook that declares its columns back as it is", async () => {
    await using warehouse = await openDuckDb({ path: inMemory });
    const shop = await readShop();
    assert.equal(await completeRunbook(warehouse, shop), shop);
  });

  it("adds what is declared of a column to its type", async () => {
    await using warehouse = await openTill();
    const files = tillFiles([
      [
        "sql: sums.sql }",
        "sql: sums.sql, columns: { sales: { min: 1, unit: sales }, amount: { type: float64 } } }",
      ],
    ]);
    const { processors } = await completeRunbook(warehouse, readTill(files));
    assert.deepEqual(processors[0]?.columns.slice(2), [
      { name: "sales", type: "int64", min: 1, unit: "sales" },
      { name: "amount", type: "float64" },
    ]);
  });

  it("tells a declared column that is not there, with the nearest that is", async () => {
    await using warehouse = await openTill();
    const files = tillFiles([["key: [sale] }", "key: [sale], columns: { amont: { min: 0 } } }"]]);
    await assert.rejects(completeRunbook(warehouse, readTill(files)), (cause) => {
      assert.ok(cause instanceof Fault && cause.code === "runbook-invalid");
      assert.match(cause.message, /runbook\.yml:5:\d+ .*"amont".*"amount"/);
      return true;
    });
  });

  it("tells a key that is not there, and a step that the engine refuses, at their places", async () => {
    await using warehouse = await openTill();
    const files = tillFiles([["key: [sale]", "key: [sail]"]]);
    await assert.rejects(completeRunbook(warehouse, readTill(files)), /runbook\.yml:5:\d+ .*"sail".*"sale"/);
    const broken = tillFiles([], {
      "sums.sql": "select day, shop, sum(amout) as amount from till_raw.sales group by day, shop",
    });
    await assert.rejects(
      completeRunbook(warehouse, readTill(broken)),
      /sums\.sql:1:1 Cannot describe what SUMS gives/,
    );
  });

  it("tells a source that does not exist", async () => {
    await using warehouse = await openDuckDb({ path: inMemory });
    await assert.rejects(completeRunbook(warehouse, readTill()), { code: "missing-table" });
  });

  it("asks for the columns of a command", () => {
    const files = tillFiles([["sql: sums.sql }", "step: { command: [python3, x.py] } }"]]);
    assert.throws(() => readTill(files), /declare each column with its type/);
  });

  it("means the same as the runbook with its columns written out", async () => {
    await using warehouse = await openTill();
    const described = await completeRunbook(warehouse, readTill());
    const { described: columns } = await askEngine(warehouse, readTill());
    const told = explainRunbook({ folder: "till", name: "till", files: tillFiles(), described: columns });
    assert.ok(told.kind === "ok");
    const written = readTill(tillFiles([], { "runbook.yml": told.yaml }));
    assert.equal(written.draft, undefined);
    assert.deepEqual(
      written.processors.map(({ definition }) => definition),
      described.processors.map(({ definition }) => definition),
    );
    assert.deepEqual(columnsOf(written, "till_raw.sales"), columnsOf(described, "till_raw.sales"));
  });
});

describe("columns that were recorded", () => {
  const harmless = [
    ["a column that others add", "alter table till_raw.sales add column note varchar default 'x'"],
    ["a wider type", "alter table till_raw.sales alter column amount type decimal(14, 2)"],
    ["a wider integer", "alter table till_raw.sales alter column till type hugeint"],
  ] as const;
  for (const [name, sql] of harmless) {
    it(`compute nothing again for ${name}`, async () => {
      await using warehouse = await openTill();
      const first = await completeRunbook(warehouse, readTill());
      assert.equal((await runTill(warehouse, first)).isClean, true);
      await change(warehouse, sql);
      const second = await completeRunbook(warehouse, readTill());
      assert.deepEqual(
        second.processors.map(({ definition }) => definition),
        first.processors.map(({ definition }) => definition),
      );
      assert.equal((await runTill(warehouse, second)).plan.totals.units, 0);
    });
  }

  it("have a new column once the runbook names it", async () => {
    await using warehouse = await openTill();
    await runTill(warehouse, await completeRunbook(warehouse, readTill()));
    await change(warehouse, "alter table till_raw.sales add column tax decimal(10, 2) default 0.05");
    const files = tillFiles([], {
      "sums.sql": `select day, shop, count(*) as sales, sum(amount + tax) as amount
from till_raw.sales where day between @start_date and @end_date group by day, shop`,
    });
    const runbook = await completeRunbook(warehouse, readTill(files));
    assert.equal(columnsOf(runbook, "till_raw.sales").at(-1), "tax numeric(10, 2)?");
    const result = await runTill(warehouse, runbook);
    assert.deepEqual([result.isClean, result.plan.totals.units], [true, 20]);
    const rows = await warehouse.query({
      sql: "select min(amount) as least from till_mart.sums",
      purpose: "look",
    });
    assert.match(String(rows[0]?.["least"]), /\.50$/);
  });

  it("are those of another kind where others change one, and what read it is computed again", async () => {
    await using warehouse = await openTill();
    await runTill(warehouse, await completeRunbook(warehouse, readTill()));
    await change(warehouse, "alter table till_raw.sales alter column till type varchar");
    const runbook = await completeRunbook(warehouse, readTill());
    assert.equal(columnsOf(runbook, "till_raw.sales").at(-1), "till string?");
    assert.equal((await runTill(warehouse, runbook)).plan.totals.units, 20);
  });
});

describe("a calendar that says neither its first nor its last date", () => {
  const rule = "calendar: { rule: { from: 2024-01-01, to: 2024-01-10 } }\n";

  async function datesOf(yaml: string): Promise<readonly string[]> {
    await using warehouse = await openTill();
    const runbook = await completeRunbook(warehouse, readTill(tillFiles([[rule, yaml]])));
    const sql = calendarQuery(duckdb, runbook.calendar, []);
    const rows = await warehouse.query({
      sql: `select * from (${sql}) as calendar order by 1`,
      purpose: "look",
    });
    return rows.map((row) => String(row["calendar_date"]));
  }

  const all = Array.from({ length: 10 }, (_, index) => `2024-01-${String(index + 1).padStart(2, "0")}`);

  it("has the dates from the first to the last that the sources have", async () => {
    assert.deepEqual(await datesOf(""), all);
    assert.deepEqual(await datesOf("calendar: { rule: { from: 2024-01-05 } }\n"), all.slice(4));
    assert.deepEqual(await datesOf("calendar: { rule: { to: 2024-01-03 } }\n"), all.slice(0, 3));
  });

  it("begins weeks on Mondays and months on their first", async () => {
    assert.deepEqual(await datesOf("calendar: { rule: { every: week } }\n"), ["2024-01-01", "2024-01-08"]);
    assert.deepEqual(await datesOf("calendar: { rule: { every: month } }\n"), ["2024-01-01"]);
  });

  it("ends before today, and yesterday where it says so", async () => {
    await using warehouse = await openTill();
    const now = "cast(current_timestamp as date)";
    await change(warehouse, `insert into till_raw.sales values ('today', ${now}, 'north', 1, 1)`);
    const last = await completeRunbook(warehouse, readTill(tillFiles([[rule, ""]])));
    const open = await completeRunbook(
      warehouse,
      readTill(tillFiles([[rule, "calendar: { rule: { to: yesterday } }\n"]])),
    );
    const [row] = await warehouse.query({
      sql: `select cast(${now} - 1 as varchar) as yesterday`,
      purpose: "look",
    });
    const ends = [last, open].map(({ calendar: { origin } }) => origin.kind === "rule" && origin.to);
    assert.deepEqual(ends, [row?.["yesterday"], row?.["yesterday"]]);
  });

  it("leaves out days of the week, holidays and what is excluded for a reason", async () => {
    const rules = `calendar:
  rule:
    weekdays: [mon, tue, wed, thu, fri]
    holidays: [2024-01-01]
    exclude: [{ from: 2024-01-09, because: the till was broken }]
`;
    assert.deepEqual(
      await datesOf(rules),
      ["02", "03", "04", "05", "08", "10"].map((day) => `2024-01-${day}`),
    );
  });

  it("tells a date that is no column of its source, at its place", async () => {
    await using warehouse = await openTill();
    const strange = readTill(
      tillFiles([
        ["date: day", "date: dya"],
        ["till_mart.sums,", "till_mart.sums, date: day,"],
        [rule, ""],
      ]),
    );
    await assert.rejects(completeRunbook(warehouse, strange), {
      code: "runbook-invalid",
      message:
        /runbook\.yml:\d+:\d+ "till_raw\.sales" has no column "dya" that could be its date \(write "day"\)/,
    });
  });

  it("says that no source has a date yet", async () => {
    await using warehouse = await openTill();
    await change(warehouse, "delete from till_raw.sales");
    await assert.rejects(completeRunbook(warehouse, readTill(tillFiles([[rule, ""]]))), {
      code: "missing-table",
    });
  });

  it("means the same as one that says them", async () => {
    await using warehouse = await openTill();
    const files = tillFiles([[rule, ""]]);
    const { described, dates } = await askEngine(warehouse, readTill(files));
    const told = explainRunbook({ folder: "till", name: "till", files, described, dates });
    assert.ok(told.kind === "ok");
    const written = readTill(tillFiles([], { "runbook.yml": told.yaml }));
    const completed = await completeRunbook(warehouse, readTill(files));
    assert.equal(written.draft, undefined);
    assert.deepEqual(written.calendar, completed.calendar);
  });
});
