import type { Column } from "../domain/column.ts";
import type { TableId } from "../domain/table-id.ts";
import type { Calendar, Processor } from "../runbook/runbook.ts";
import type { Dialect, StageNames } from "./dialect.ts";
import { quoteName, quoteTable } from "./identifiers.ts";

/** Rows as texts by column; a column without text is NULL. */
export type TextRow = Readonly<Record<string, string | undefined>>;

type Columns = readonly Pick<Column, "name" | "type">[];

/** The text parameter of statements that take rows of a case: a JSON object of lists of rows, each of texts by column. */
export const caseRows = "case_rows";

/** The statement that puts the rows of a case that stand under a table's name into it. */
export function insertRows(
  dialect: Dialect,
  { table, columns }: { readonly table: TableId; readonly columns: Columns },
): string {
  const names = columns.map(({ name }) => quoteName(dialect, name)).join(", ");
  return `insert into ${quoteTable(dialect, table)} (${names})\n${typedRows(dialect, columns, table)}`;
}

/** The list of rows that are expected. */
export const expectedRows = "expected";

/** Expected rows as a table of the columns would give them back, as texts, in the order of `rowPosition`. */
export function normalisedRows(dialect: Dialect, columns: Columns): string {
  const positioned = [...columns, { name: rowPosition, type: "int64" as const }];
  return `select ${textColumns(dialect, columns)}
from (
${typedRows(dialect, positioned, expectedRows)}
) as given
order by ${rowPosition}`;
}

/** The place of an expected row; declared columns have other names. */
export const rowPosition = "cascade_case_position";

/** The list of days of a calendar that a case names. */
export const calendarDates = "calendar";

/** The calendar's rows where a case names dates: all of one season, other columns NULL. */
export function namedCalendar(
  dialect: Dialect,
  { columns, dateColumn, seasonColumn }: Pick<Calendar, "columns" | "dateColumn" | "seasonColumn">,
): string {
  const known = [dateColumn, seasonColumn];
  const values = columns.map(({ name, type }) => {
    const quoted = quoteName(dialect, name);
    return `cast(${known.includes(name) ? quoted : "null"} as ${dialect.columnType(type)}) as ${quoted}`;
  });
  const rows = dialect.rowsOfJson({ parameter: caseRows, list: calendarDates, columns: known });
  return `select ${values.join(", ")}\nfrom (${rows}) as named`;
}

/** The list of one row with the number of a case. */
export const numberedCase = "case";

/** The column of a case's number; declared columns have other names. */
export const caseNumber = "cascade_case_number";

/** Statements that make the stage of some cases of what is the stage of one: each row has the case's number. */
export function createBatch(dialect: Dialect, { tables }: StageNames): readonly string[] {
  return tables.map(
    (table) => `alter table ${table} add column ${caseNumber} ${dialect.columnType("int64")}`,
  );
}

/** Statements that add what the stage of one case holds to that of some. */
export function addToBatch(dialect: Dialect, one: StageNames, batch: StageNames): readonly string[] {
  const number = dialect.rowsOfJson({ parameter: caseRows, list: numberedCase, columns: [caseNumber] });
  return batch.tables.map(
    (table, index) => `insert into ${table}
select staged.*, cast(${caseNumber} as ${dialect.columnType("int64")}) from ${one.tables[index]} as staged cross join (${number}) as numbered`,
  );
}

/**
 * What a stage holds, as texts: (stage_date, stage_entity, failure_category, failure_reason), the columns, and, where
 * there is a column `apart`, that under this name.
 */
export function stagedTexts(
  dialect: Dialect,
  names: StageNames,
  { columns, apart }: Pick<Processor, "columns"> & { readonly apart?: string | undefined },
): string {
  const text = dialect.columnType("string");
  const own = apart === undefined ? "" : `,\n  ${apart} as apart`;
  return `select cast(stage_date as ${text}) as stage_date, stage_entity, failure_category, failure_reason,
  ${textColumns(dialect, columns)}${own}
from ${names.outcomes}
order by 1, 2`;
}

/** Values as the engine writes them as text. */
export function textColumns(dialect: Dialect, columns: Columns): string {
  return columns
    .map(({ name }) => {
      const quoted = quoteName(dialect, name);
      return `cast(${quoted} as ${dialect.columnType("string")}) as ${quoted}`;
    })
    .join(", ");
}

function typedRows(dialect: Dialect, columns: Columns, list: string): string {
  const values = columns.map(({ name, type }) => {
    const quoted = quoteName(dialect, name);
    return `cast(${quoted} as ${dialect.columnType(type)}) as ${quoted}`;
  });
  const names = columns.map(({ name }) => name);
  const rows = dialect.rowsOfJson({ parameter: caseRows, list, columns: names });
  return `select ${values.join(", ")}\nfrom (${rows}) as written`;
}
