import type { Dialect } from "../domain/dialect.ts";
import type { TableId } from "../domain/table-id.ts";
import { quoteName, quoteNames, quoteTable } from "./identifiers.ts";

/**
 * Statements that make a table hold exactly the rows of another with the same columns, whatever their dates. One
 * statement on BigQuery, which keeps the table's partitions, clustering and required columns, as a load would not.
 */
export function replaceSource(
  dialect: Dialect,
  source: {
    readonly table: TableId;
    readonly from: TableId;
    readonly dateColumn: string;
    readonly columns: readonly string[];
  },
): readonly string[] {
  const table = quoteTable(dialect, source.table);
  const columns = quoteNames(dialect, source.columns);
  const rows = `select ${columns} from ${quoteTable(dialect, source.from)} as loaded_row`;
  if (dialect === "duckdb") {
    return [`delete from ${table} where true`, `insert into ${table} (${columns})\n${rows}`];
  }
  const date = `target.${quoteName(dialect, source.dateColumn)}`;
  return [
    `merge ${table} as target
using (
${rows}
) as loaded
on false
when not matched by source and ${date} >= date '0001-01-01' then delete
when not matched by target then insert (${columns}) values (${columns})`,
  ];
}
