import type { Column } from "../domain/column.ts";
import type { Dialect } from "./dialect.ts";
import { quoteName } from "./identifiers.ts";

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
  if (column.type === "float64") conditions.push([dialect.isNotFinite(name), "is not a finite number"]);
  if (column.type === "array<float64>")
    conditions.push([dialect.holdsNotFinite(name), "holds no finite number"]);
  if (column.min !== undefined)
    conditions.push([
      `${name} < ${boundOf(column, { value: column.min, round: Math.ceil })}`,
      `is below ${column.min}`,
    ]);
  if (column.max !== undefined)
    conditions.push([
      `${name} > ${boundOf(column, { value: column.max, round: Math.floor })}`,
      `is above ${column.max}`,
    ]);
  if (column.values !== undefined) {
    const list = column.values.map((value) => dialect.quoteText(value)).join(", ");
    conditions.push([`${name} not in (${list})`, "is none of its values"]);
  }
  return conditions.map(([when, text]) => `when ${when} then ${dialect.quoteText(`${column.name} ${text}`)}`);
}

/** An exact literal: of an integer the nearest whole number inside the bound, of a float one that is no decimal. */
function boundOf(
  { type }: Column,
  { value, round }: { readonly value: number | bigint; readonly round: (value: number) => number },
): string {
  if (type === "int64") return String(BigInt(typeof value === "number" ? round(value) : value));
  const text = String(Number(value));
  return text.includes("e") ? text : `${text}e0`;
}
