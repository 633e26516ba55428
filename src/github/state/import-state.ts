import { createTables } from "../../ledger/create-tables.ts";
import { runbookShapes } from "../../ledger/runbook-shapes.ts";
import type { Runbook } from "../../runbook/runbook.ts";
import { parquetRows } from "../../sql/parquet-files.ts";
import { queryRows, typed } from "../../warehouse/row-shape.ts";
import type { Warehouse } from "../../warehouse/warehouse.ts";
import { importWhole } from "./assemble-warehouse.ts";
import { pathOf, type ArtifactFolder } from "./artifact-folder.ts";

/**
 * Imports what an earlier run computed and recorded. Columns that it lacks are empty where they may be; tables whose
 * columns are not those declared any more are left out and named: their partitions are pending.
 */
export async function importState(
  warehouse: Warehouse,
  runbook: Runbook,
  state: ArtifactFolder,
): Promise<readonly string[]> {
  await createTables(warehouse, runbook);
  const computed = new Set<string>(runbook.sources.map(({ table }) => table));
  const left: string[] = [];
  const files: { table: string; sha256: string }[] = [];
  for (const file of state.manifest.files) {
    if (computed.has(file.table)) continue;
    if (await hasDeclaredColumns(warehouse, runbook, { state, table: file.table })) files.push(file);
    else left.push(file.table);
  }
  await importWhole(warehouse, runbook, [{ ...state, manifest: { ...state.manifest, files } }]);
  return left;
}

async function hasDeclaredColumns(
  warehouse: Warehouse,
  runbook: Runbook,
  { state, table }: { readonly state: ArtifactFolder; readonly table: string },
): Promise<boolean> {
  const shape = runbookShapes(runbook).find((candidate) => candidate.table === table);
  if (shape === undefined) return false;
  const statement = {
    sql: `describe select * from ${parquetRows([pathOf(state, table)])}`,
    purpose: `look at the imported ${table}`,
  };
  const rows = await queryRows(warehouse, statement, { column_name: typed.text, column_type: typed.text });
  const found = new Map(rows.map((row) => [row.column_name, row.column_type]));
  const declared = new Map(shape.columns.map((column) => [column.name, column]));
  return (
    [...found.keys()].every((name) => declared.has(name)) &&
    shape.columns.every(({ name, type, nullable }) =>
      found.has(name)
        ? found.get(name) === warehouse.dialect.columnType(type).toUpperCase()
        : nullable !== undefined,
    )
  );
}
