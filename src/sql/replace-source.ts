import type { TableId } from "../domain/table-id.ts";
import type { Dialect } from "./dialect.ts";
import { quoteNames, quoteTable } from "./identifiers.ts";

/** Statements that make a table hold exactly the rows of another with the same columns, whatever their dates. */
export function replaceSource(
  dialect: Dialect,
  source: {
    readonly table: TableId;
    readonly from: TableId;
    readonly dateColumn: string;
    readonly columns: readonly string[];
  },
): readonly string[] {
  const { table, from, dateColumn, columns } = source;
  const rows = `select ${quoteNames(dialect, columns)} from ${quoteTable(dialect, from)} as loaded_row`;
  return dialect.replaceRows({
    table,
    columns,
    rows,
    alias: "loaded",
    scope: { kind: "every-date", dateColumn },
  });
}
