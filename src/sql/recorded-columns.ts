import type { TableId } from "../domain/table-id.ts";
import type { Dialect } from "./dialect.ts";
import { quoteNames, quoteTable } from "./identifiers.ts";

const columns = ["table_name", "basis", "columns", "number"] as const;

/** What was described, the oldest first. Grain: (table_name, basis, number). */
export function recordedColumns(dialect: Dialect, table: TableId): string {
  return `select ${quoteNames(dialect, columns)} from ${quoteTable(dialect, table)} order by ${quoteNames(dialect, ["number", "table_name", "basis"])}`;
}

/** Enters one description. */
export function recordColumns(dialect: Dialect, table: TableId): string {
  return `insert into ${quoteTable(dialect, table)} (${quoteNames(dialect, columns)})
select @table_name, @basis, @described, @number`;
}
