import type { TableId } from "../domain/table-id.ts";
import type { DescribedColumn } from "../runbook/described-columns.ts";
import type { Runbook } from "../runbook/runbook.ts";
import { recordColumns, recordedColumns } from "../sql/recorded-columns.ts";
import { queryRows, typed } from "../warehouse/row-shape.ts";
import type { Statement, Warehouse } from "../warehouse/warehouse.ts";
import type { Catalog } from "./catalog.ts";
import { ledgerTable } from "./tables.ts";

/** What the ledger knows of columns that a runbook leaves to the engine. */
export type RecordedColumns = {
  /** The newest description of a table from what it was described from; undefined when there is none. */
  readonly newest: (table: TableId, basis: string) => readonly DescribedColumn[] | undefined;
};

const rowShape = { table_name: typed.text, basis: typed.text, columns: typed.text, number: typed.count };

/** Reads the recorded descriptions: one query, and none where nothing is recorded yet. */
export async function readRecordedColumns(
  warehouse: Warehouse,
  { catalog, ledger }: { readonly catalog: Catalog; readonly ledger: string },
): Promise<RecordedColumns> {
  const table = ledgerTable(ledger, "cascade_columns");
  const question = {
    sql: recordedColumns(warehouse.dialect, table),
    purpose: "read the columns that were described",
  };
  const rows = catalog.has(table) ? await queryRows(warehouse, question, rowShape) : [];
  return {
    newest(name, basis) {
      const row = rows.findLast((found) => found.table_name === name && found.basis === basis);
      return row === undefined ? undefined : (JSON.parse(row.columns) as readonly DescribedColumn[]);
    },
  };
}

/** Enters what the engine said of a runbook's columns and the ledger does not have. No statement where all is known. */
export async function recordDescribed(
  warehouse: Warehouse,
  { ledger, described = [] }: Pick<Runbook, "ledger" | "described">,
  catalog: Catalog,
): Promise<void> {
  if (described.length === 0) return;
  const known = await readRecordedColumns(warehouse, { catalog, ledger });
  const table = ledgerTable(ledger, "cascade_columns");
  const fresh = described.filter(
    ({ table: name, basis, columns }) =>
      JSON.stringify(known.newest(name, basis)) !== JSON.stringify(columns),
  );
  const [last] =
    fresh.length === 0
      ? []
      : await queryRows(warehouse, countOf(warehouse, table), { row_count: typed.count });
  const statements = fresh.map(({ table: name, basis, columns }, index): Statement => ({
    sql: recordColumns(warehouse.dialect, table),
    parameters: {
      table_name: { type: "string", value: name },
      basis: { type: "string", value: basis },
      described: { type: "string", value: JSON.stringify(columns) },
      number: { type: "int64", value: (last?.row_count ?? 0) + index },
    },
    purpose: `record the columns of ${name}`,
  }));
  if (statements.length > 0) await warehouse.execute(statements);
}

function countOf(warehouse: Warehouse, table: TableId): Statement {
  return {
    sql: `select count(*) as row_count from (${recordedColumns(warehouse.dialect, table)}) as recorded`,
    purpose: "count the descriptions of columns",
  };
}
