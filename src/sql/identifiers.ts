import type { CalendarDate } from "../domain/calendar-date.ts";
import type { Dialect } from "./dialect.ts";
import { isColumnName } from "../domain/column.ts";
import { datasetOf, tableNameOf, type TableId } from "../domain/table-id.ts";

/** A column, dataset or table name, quoted so that reserved words are safe. Names are word characters by their parse functions. */
export function quoteName(dialect: Dialect, name: string): string {
  return `${dialect.quote}${name}${dialect.quote}`;
}

/**
 * The date of a row: a column by its name, or an expression over columns as a date. Expressions come from the runbook and
 * were parsed by the engine before anything runs.
 */
export function dateOf(dialect: Dialect, date: string): string {
  return isColumnName(date) ? quoteName(dialect, date) : `cast((${date}) as date)`;
}

/** A two-part table name, each part quoted. */
export function quoteTable(dialect: Dialect, table: TableId): string {
  return `${quoteName(dialect, datasetOf(table))}.${quoteName(dialect, tableNameOf(table))}`;
}

/** A date as a literal, which both engines write alike. */
export function quoteDate(dialect: Dialect, date: CalendarDate): string {
  return `date ${dialect.quoteText(date)}`;
}

/**
 * A table to read from, under a name of its own: GoogleSQL takes a column named like its table (`sessions.sessions`) for
 * the whole row.
 */
export function storedRows(dialect: Dialect, table: TableId): string {
  return `${quoteTable(dialect, table)} as stored_row`;
}

/** Names joined by commas, each quoted. */
export function quoteNames(dialect: Dialect, names: readonly string[]): string {
  return names.map((name) => quoteName(dialect, name)).join(", ");
}
