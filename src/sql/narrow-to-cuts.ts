import type { TableCut } from "../domain/table-cut.ts";
import { parseTableId } from "../domain/table-id.ts";
import type { Dialect } from "./dialect.ts";
import { quoteTable } from "./identifiers.ts";
import { narrowTables } from "./narrow-tables.ts";
import { cutRows } from "./table-cut.ts";

/** A text that sees of each cut table what may be seen of it; constant ranges prune partitions. */
export function narrowToCuts(dialect: Dialect, query: string, cuts: readonly TableCut[]): string {
  return narrowTables(query, (name) => {
    const cut = cuts.find(({ table }) => dialect.tableIdentity(table) === identityOf(dialect, name));
    return cut && cutRows(dialect, cut, quoteTable(dialect, cut.table));
  });
}

function identityOf(dialect: Dialect, name: string): string | undefined {
  const table = parseTableId(name);
  return table && dialect.tableIdentity(table);
}
