import assert from "node:assert/strict";
import { hullOf, type CalendarDate, type DateRange } from "../../src/domain/calendar-date.ts";
import { readRunbook } from "../../src/run/read-runbook.ts";
import type { Column } from "../../src/domain/column.ts";
import { tablesOf } from "../../src/domain/sql-tokens.ts";
import { runbookShapes } from "../../src/ledger/runbook-shapes.ts";
import { stepParameters } from "../../src/run/stage-dates.ts";
import type { Processor } from "../../src/runbook/runbook.ts";
import type { Row, Value } from "../../src/warehouse/warehouse.ts";
import { openSeason, withoutPublicSeason, type Season } from "../nba-cascade/season.ts";
import { evaluate, type TableContent } from "./evaluate.ts";
import { startZetaSql, withoutZetaSql, type ZetaSql } from "./zetasql.ts";
import { testsThatNeed } from "../tests-that-need.ts";

const { after, before, describe, it } = testsThatNeed(withoutZetaSql || withoutPublicSeason);

/** Two weeks of game dates in which each way for a row to be absent occurs. */
const from = "2021-11-01" as CalendarDate;
const to = "2021-11-14" as CalendarDate;

/** Steps that read the play-by-play go by single dates: a message to the server holds 4 MB. */
const byDate = new Set(["PGS", "TDGS", "TOGS"]);

const { processors: declared } = await readRunbook("nba-cascade");

describe("each processor's SELECT in GoogleSQL", () => {
  let zetasql: ZetaSql;
  let season: Season;
  let dates: readonly CalendarDate[] = [];
  before(async () => {
    zetasql = await startZetaSql();
    season = await openSeason("public");
    const rows = await read(
      `select game_date from nba_processing.season_calendar where game_date between date '${from}' and date '${to}' order by 1`,
    );
    dates = rows.map((row) => String(row["game_date"]) as CalendarDate);
  });
  after(async () => {
    await season[Symbol.asyncDispose]();
    await zetasql[Symbol.asyncDispose]();
  });

  async function read(sql: string): Promise<readonly Row[]> {
    return season.warehouse.query({ sql, purpose: "read for the comparison" });
  }

  async function contentOf(
    processor: Processor,
    { sql, range }: { readonly sql: string; readonly range: DateRange },
  ): Promise<readonly TableContent[]> {
    const content: TableContent[] = [];
    for (const table of tablesOf(sql)) {
      const { columns, partitionBy = "game_date" } = shapeOf(season, table);
      const isWhole = table === season.runbook.calendar.table || isReadBefore(processor, table);
      const start = isWhole ? "2021-10-01" : range.from;
      const where = `${partitionBy} between date '${start}' and date '${range.to}'`;
      content.push({ table, columns, rows: await read(`select * from ${table} where ${where}`) });
    }
    return content;
  }

  for (const { id } of declared) {
    it(`of ${id} gives DuckDB's rows over two weeks of the public season`, async () => {
      const processor = season.runbook.processors.find((known) => known.id === id);
      if (processor?.step.kind !== "sql") throw new Error(`${id} has no SQL step`);
      const sql = processor.step.sql.text;
      assert.equal(dates.length, 14);
      for (const chunk of byDate.has(id) ? dates.map((date) => [date]) : [dates]) {
        const parameters = stepParameters(season.runbook, { processor, dates: chunk });
        const range = hullOf(chunk) ?? { from, to };
        const ours = await season.warehouse.query({ sql, parameters, purpose: `compute ${id}` });
        const theirs = await evaluate(zetasql, {
          sql,
          parameters,
          content: await contentOf(processor, { sql, range }),
        });
        assert.ok(ours.length > 0);
        assert.deepEqual(differencesOf(processor, ours, theirs), []);
      }
    });
  }
});

/** Whether a step reads earlier dates of a table than its own, by the declared windows. */
function isReadBefore({ reads }: Processor, table: string): boolean {
  return reads.some((edge) => edge.table === table && edge.window.kind !== "same-date");
}

function shapeOf(
  { runbook }: Season,
  table: string,
): { columns: readonly Column[]; partitionBy: string | undefined } {
  if (table === `${runbook.ledger}.precompute_failures`) {
    const texts = ["processor_name", "entity_id", "failure_category", "failure_reason"];
    const columns = texts.map((name): Column => ({ name, type: "string" }));
    return { columns: [...columns, { name: "analysis_date", type: "date" }], partitionBy: "analysis_date" };
  }
  const shape = runbookShapes(runbook).find((known) => known.table === table);
  if (shape === undefined) throw new Error(`No table ${table}`);
  return { columns: shape.columns, partitionBy: shape.partitionBy };
}

/** Rows that one side lacks, and values that differ by more than one unit of the declared decimals; at most ten. */
function differencesOf(
  processor: Processor,
  ours: readonly Row[],
  theirs: readonly Row[],
): readonly string[] {
  const found = new Map(theirs.map((row) => [keyOf(processor, row), row]));
  const differences = ours.flatMap((row) => {
    const key = keyOf(processor, row);
    const other = found.get(key);
    if (other === undefined) return [`${key}: absent in GoogleSQL`];
    found.delete(key);
    return Object.keys(row)
      .filter((name) => !isEqual(row[name] ?? null, other[name] ?? null, decimalsOf(processor, name)))
      .map((name) => `${key}.${name}: ${String(row[name])} and ${String(other[name])}`);
  });
  return [...differences, ...[...found.keys()].map((key) => `${key}: absent in DuckDB`)].slice(0, 10);
}

function keyOf(processor: Processor, row: Row): string {
  return processor.key.map((name) => String(row[name])).join("|");
}

function decimalsOf(processor: Processor, name: string): number | undefined {
  return processor.columns.find((column) => column.name === name)?.decimals;
}

function isEqual(left: Value, right: Value, decimals: number | undefined): boolean {
  if (typeof left === "number" && typeof right === "number") {
    return Math.abs(left - right) <= (decimals === undefined ? 0 : 10 ** -decimals + 1e-12);
  }
  if (typeof left === "object" && left !== null && typeof right === "object" && right !== null) {
    return (
      left.length === right.length &&
      left.every((value, index) => isEqual(value, right[index] ?? null, decimals))
    );
  }
  return left === right;
}
