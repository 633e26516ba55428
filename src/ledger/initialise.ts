import type { Runbook } from "../runbook/runbook.ts";
import { addColumn } from "../sql/create-table.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { driftOf, missingLedgerColumns, readCatalog } from "./catalog.ts";
import { createDatasets, createTables } from "./create-tables.ts";
import { refuseOtherRunbook } from "./refuse-other-runbook.ts";
import { runbookShapes } from "./runbook-shapes.ts";
import { layoutDrift, readLayouts } from "./table-layouts.ts";

/** What an initialisation made, and how what stands there differs from the runbook; it is left as it is. */
export type Initialisation = {
  /** Tables. */
  readonly created: readonly string[];
  /** Columns of a ledger of an older version, as `table.column`. */
  readonly added: readonly string[];
  readonly differences: readonly string[];
};

/**
 * Creates a runbook's datasets, tables, ledger and view where they are absent, and adds what a ledger of an older version
 * lacks. Nothing else is altered, and nothing dropped. Fault: ledger-taken.
 */
export async function initialise(warehouse: Warehouse, runbook: Runbook): Promise<Initialisation> {
  const shapes = runbookShapes(runbook);
  await warehouse.execute(createDatasets(warehouse, shapes));
  const before = await readCatalog(warehouse, runbook);
  await refuseOtherRunbook(warehouse, before, runbook);
  const missing = missingLedgerColumns(before, runbook);
  await warehouse.execute(
    missing.map(({ table, column }) => ({
      sql: addColumn(warehouse.dialect, table, column),
      purpose: `add what ${table} lacks`,
    })),
  );
  await createTables(warehouse, runbook);
  const added = missing.map(({ table, column }) => `${table}.${column.name}`);
  const standing = added.length === 0 ? before : await readCatalog(warehouse, runbook);
  const known = shapes.filter(({ table }) => before.has(table));
  const layouts = known.length === 0 ? new Map() : await readLayouts(warehouse, runbook);
  return {
    created: shapes.filter(({ table }) => !before.has(table)).map(({ table }) => table),
    added,
    differences: [
      ...driftOf(warehouse, standing, runbook),
      ...known.flatMap((shape) => {
        const layout = layouts.get(shape.table);
        return layout === undefined ? [] : layoutDrift(shape, layout);
      }),
    ],
  };
}
