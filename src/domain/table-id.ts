declare const tableId: unique symbol;

/** A table as `dataset.table`, both of letters, digits and underscores. */
export type TableId = string & { readonly [tableId]: true };

/** The table that `text` names, or undefined when it is not `dataset.table`. */
export function parseTableId(text: string): TableId | undefined {
  return /^[A-Za-z_]\w*\.[A-Za-z_]\w*$/.test(text) ? (text as TableId) : undefined;
}

/** The dataset part of a table id. */
export function datasetOf(table: TableId): string {
  return table.slice(0, table.indexOf("."));
}

/** The table part of a table id. */
export function tableNameOf(table: TableId): string {
  return table.slice(table.indexOf(".") + 1);
}
