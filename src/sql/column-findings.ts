import type { Column } from "../domain/column.ts";
import type { Dialect } from "../domain/dialect.ts";
import { quoteName, quoteText } from "./identifiers.ts";

/**
 * The branches of a `case` that name how a row breaks what its columns declare: NULL in a required one, a number that
 * is not finite or out of its range, a text that is none of its values.
 */
export function columnFindings(dialect: Dialect, columns: readonly Column[]): readonly string[] {
  return columns.flatMap((column) => findingsOf(dialect, column));
}

function findingsOf(dialect: Dialect, column: Column): string[] {
  const name = quoteName(dialect, column.name);
  const conditions: [string, string][] = [];
  if (column.nullable === undefined) conditions.push([`${name} is null`, "is NULL but required"]);
  if (column.type === "float64") conditions.push([notFinite(dialect, name), "is not a finite number"]);
  if (column.type === "array<float64>")
    conditions.push([arrayNotFinite(dialect, name), "holds no finite number"]);
  if (column.min !== undefined)
    conditions.push([`${name} < ${bound(column, column.min)}`, `is below ${column.min}`]);
  if (column.max !== undefined)
    conditions.push([`${name} > ${bound(column, column.max)}`, `is above ${column.max}`]);
  if (column.values !== undefined) {
    const list = column.values.map((value) => quoteText(dialect, value)).join(", ");
    conditions.push([`${name} not in (${list})`, "is none of its values"]);
  }
  return conditions.map(
    ([when, text]) => `when ${when} then ${quoteText(dialect, `${column.name} ${text}`)}`,
  );
}

function bound(column: Column, value: number): string {
  return column.type === "int64" ? String(value) : `${value}e0`;
}

function notFinite(dialect: Dialect, name: string): string {
  return dialect === "duckdb" ? `not isfinite(${name})` : `is_nan(${name}) or is_inf(${name})`;
}

function arrayNotFinite(dialect: Dialect, name: string): string {
  return dialect === "duckdb"
    ? `len(list_filter(${name}, lambda element: element is null or not isfinite(element))) > 0`
    : `exists(select 1 from unnest(${name}) as element where element is null or is_nan(element) or is_inf(element))`;
}
