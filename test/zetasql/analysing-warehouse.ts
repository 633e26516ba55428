import type { CalendarDate } from "../../src/domain/calendar-date.ts";
import { googlesql } from "../../src/sql/googlesql.ts";
import { datasetOf, tableNameOf } from "../../src/domain/table-id.ts";
import { runbookShapes } from "../../src/ledger/runbook-shapes.ts";
import type { Runbook } from "../../src/runbook/runbook.ts";
import type { Row, Statement, Warehouse } from "../../src/warehouse/warehouse.ts";
import type { Analyser } from "./analyser.ts";

/** Everything that was said to a warehouse, and what was wrong with it. */
export type AnalysingWarehouse = Warehouse & {
  readonly statements: readonly Statement[];
  readonly problems: readonly string[];
};

type Answers = {
  readonly runbook: Runbook;
  readonly dates: readonly CalendarDate[];
  /** Whether the tables exist. */
  readonly exists: boolean;
};

/**
 * A warehouse that speaks GoogleSQL, analyses every statement and holds no rows: it answers which tables exist, which
 * dates the calendar has, that every source has a row on each, and that leases are free.
 */
export function openAnalysingWarehouse(analyser: Analyser, answers: Answers): AnalysingWarehouse {
  const statements: Statement[] = [];
  const problems: string[] = [];
  async function take(statement: Statement): Promise<void> {
    statements.push(statement);
    const found = await analyser.problemsOf(statement);
    problems.push(...found.map((problem) => `cannot ${statement.purpose}: ${problem}`));
  }
  const warehouse: AnalysingWarehouse = {
    statements,
    problems,
    engine: "bigquery",
    parse: () => Promise.resolve([]),
    dialect: googlesql,
    hashTag: "analysed",
    address: "analysed",
    exclusive: false,
    async query(statement) {
      await take(statement);
      return answerTo(statement, answers);
    },
    async execute(all) {
      for (const statement of all) await take(statement);
    },
    loadFile: () => Promise.resolve(),
    describe: () => Promise.resolve([]),
    estimateBytes: () => Promise.resolve(undefined),
    billing: () => ({ bytesBilled: 0, jobUrl: undefined }),
    lend: (work) => work(),
    interrupt: () => undefined,
    session: () => Promise.resolve(warehouse),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  return warehouse;
}

function answerTo(
  { purpose, parameters = {} }: Statement,
  { runbook, dates, exists }: Answers,
): readonly Row[] {
  if (purpose.startsWith("take the lease of")) {
    const own = { token: parameters["token"]?.value ?? null, run_id: parameters["run_id"]?.value ?? null };
    return [{ ...own, period: "none", holder: "a test", taken_at: "12:00", expires_at: "12:30" }];
  }
  if (purpose === "read which tables exist") return exists ? catalogRows(runbook) : [];
  if (purpose === "read when partitions were last written") return metadataRows(runbook, dates);
  if (purpose === "read the calendar") {
    const counts = { row_count: 1, season_count: 1, date_count: 1 };
    return dates.map((date) => ({
      analysis_date: date,
      season: "2021",
      period: "none",
      version: "1",
      ...counts,
    }));
  }
  const tables = [runbook.calendar.table, ...runbook.sources.map(({ table }) => table)];
  const isVersions = tables.some((table) => purpose === `read the versions of ${table}`);
  if (isVersions) return dates.map((date) => ({ analysis_date: date, row_count: 1, version: "1" }));
  return purpose.startsWith("check the spread of") ? [spreadOfNothing] : [];
}

/** The spread of a table without rows, for more columns than any has. */
const spreadOfNothing: Row = {
  date_count: 0,
  row_count: 0,
  ...Object.fromEntries(
    Array.from({ length: 100 }, (_, number) => [
      [`distinct_${number}`, 0],
      [`nulls_${number}`, 0],
      [`value_${number}`, null],
      [`applies_${number}`, 0],
    ]).flat(),
  ),
};

/** One row a date in every second source; nothing is told of the other tables. */
function metadataRows(runbook: Runbook, dates: readonly CalendarDate[]): readonly Row[] {
  const told = runbook.sources.filter((_, index) => index % 2 === 0);
  return told.flatMap(({ table, dateColumn }) => {
    const name = { table_schema: datasetOf(table), table_name: tableNameOf(table) };
    const unknown = { partition_id: null, total_rows: null, last_modified: null, keeps_deleted: false };
    const partitions = dates.map((date) => ({
      ...name,
      partition_id: date.replaceAll("-", ""),
      total_rows: 1,
      last_modified: 1,
      partition_column: null,
      keeps_deleted: false,
    }));
    return [{ ...name, ...unknown, partition_column: dateColumn }, ...partitions];
  });
}

function catalogRows(runbook: Runbook): readonly Row[] {
  const view = {
    table: `${runbook.ledger}.precompute_failures`,
    columns: [{ name: "entity_id", type: "string" }],
  };
  return [...runbookShapes(runbook), view].flatMap(({ table, columns }) =>
    columns.map(({ name, type }) => ({
      table_schema: datasetOf(table as never),
      table_name: tableNameOf(table as never),
      column_name: name,
      data_type: type,
    })),
  );
}
