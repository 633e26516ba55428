import type { Runbook } from "../runbook/runbook.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { driftOf, readCatalog } from "./catalog.ts";
import { createDatasets, createTables, runbookShapes } from "./create-tables.ts";

/** What an initialisation made, and how what stood there differs from the runbook; it is left as it is. */
export type Initialisation = { readonly created: readonly string[]; readonly differences: readonly string[] };

/** Creates a runbook's datasets, tables, ledger and view where they are absent. Nothing is altered or dropped. */
export async function initialise(warehouse: Warehouse, runbook: Runbook): Promise<Initialisation> {
  const shapes = runbookShapes(runbook);
  await warehouse.execute(createDatasets(warehouse, shapes));
  const before = await readCatalog(warehouse, runbook);
  await createTables(warehouse, runbook);
  return {
    created: shapes.filter(({ table }) => !before.has(table)).map(({ table }) => table),
    differences: driftOf(warehouse, before, runbook),
  };
}
