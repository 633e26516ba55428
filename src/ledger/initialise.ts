import type { Runbook } from "../runbook/runbook.ts";
import { addColumn } from "../sql/create-table.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { readCatalog } from "./catalog.ts";
import { createDatasets, createTables } from "./create-tables.ts";
import { driftOf, missingColumns } from "./drift.ts";
import { missingSources } from "./missing-tables.ts";
import { refuseOtherRunbook } from "./refuse-other-runbook.ts";
import { ownShapes } from "./runbook-shapes.ts";
import { refuseTakenTables } from "./table-owners.ts";
import { layoutDrift, readLayouts } from "./table-layouts.ts";

/** What an initialisation made, and how what stands there differs from the runbook; it is left as it is. */
export type Initialisation = {
  /** Tables. */
  readonly created: readonly string[];
  /** Columns that older tables of the runbook or its ledger lacked, as `table.column`. */
  readonly added: readonly string[];
  /** Sources that do not exist, one line each: others make them, or `sample` and `load`. */
  readonly missing: readonly string[];
  readonly differences: readonly string[];
};

/**
 * Creates a runbook's own datasets, tables, ledger and view where they are absent, and adds the columns that older ones
 * lack. Nothing else is altered, nothing dropped, and no source created. Faults: ledger-taken,
 * table-taken.
 */
export async function initialise(warehouse: Warehouse, runbook: Runbook): Promise<Initialisation> {
  const shapes = ownShapes(runbook);
  await warehouse.execute(await createDatasets(warehouse, shapes));
  const before = await readCatalog(warehouse, runbook);
  await refuseOtherRunbook(warehouse, before, runbook);
  await refuseTakenTables(warehouse, before, runbook);
  const lacking = missingColumns(before, runbook);
  await warehouse.execute(
    lacking.map(({ table, column }) => ({
      sql: addColumn(warehouse.dialect, table, column),
      purpose: `add what ${table} lacks`,
    })),
  );
  await createTables(warehouse, runbook);
  const added = lacking.map(({ table, column }) => `${table}.${column.name}`);
  const standing = added.length === 0 ? before : await readCatalog(warehouse, runbook);
  const known = shapes.filter(({ table }) => before.has(table));
  const layouts = known.length === 0 ? new Map() : await readLayouts(warehouse, runbook);
  return {
    created: shapes.filter(({ table }) => !before.has(table)).map(({ table }) => table),
    added,
    missing: missingSources(before, runbook).map(({ text }) => text),
    differences: [
      ...driftOf(warehouse, { catalog: standing, runbook }),
      ...known.flatMap((shape) => {
        const layout = layouts.get(shape.table);
        return layout === undefined ? [] : layoutDrift(shape, layout);
      }),
    ],
  };
}
