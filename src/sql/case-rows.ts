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

/** What a stage holds, as texts: (stage_date, stage_entity, failure_category, failure_reason) and the columns. */
export function stagedTexts(
  dialect: Dialect,
  names: StageNames,
  { columns }: Pick<Processor, "columns">,
): string {
  const text = dialect.columnType("string");
  return `select cast(stage_date as ${text}) as stage_date, stage_entity, failure_category, failure_reason,
  ${textColumns(dialect, columns)}
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
