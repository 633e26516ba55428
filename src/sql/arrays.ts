import type { ColumnType } from "../domain/column.ts";
import type { Dialect } from "../domain/dialect.ts";

/** Whether `expression` is one of the values of the array parameter `name`. */
export function isIn(dialect: Dialect, expression: string, name: string): string {
  return dialect === "duckdb"
    ? `list_contains(@${name}, ${expression})`
    : `${expression} in unnest(@${name})`;
}

/** A query whose n-th row holds the n-th elements of the array parameters of the same names as its columns. */
export function rowsOfArrays(
  dialect: Dialect,
  columns: readonly { readonly name: string; readonly type: ColumnType }[],
): string {
  if (dialect === "duckdb") {
    return `select ${columns.map(({ name }) => `unnest(@${name}) as ${name}`).join(", ")}`;
  }
  const [first, ...rest] = columns;
  if (first === undefined) throw new Error("rowsOfArrays() needs a column");
  const others = rest.map(({ name }) => `@${name}[offset(position)] as ${name}`);
  return `select ${[first.name, ...others].join(", ")} from unnest(@${first.name}) as ${first.name} with offset as position`;
}
