import { datasetOf, type TableId } from "../domain/table-id.ts";
import type { Runbook } from "../runbook/runbook.ts";
import { calendarIsCurrent, replaceCalendar } from "../sql/calendar.ts";
import { createDataset, createTable } from "../sql/create-table.ts";
import type { TableShape } from "../sql/dialect.ts";
import { createFailuresView } from "../sql/ledger-views.ts";
import { createTrustView } from "../sql/trust.ts";
import { queryRows, typed } from "../warehouse/row-shape.ts";
import type { Statement, Warehouse } from "../warehouse/warehouse.ts";
import { absentDatasets, readCatalog, type Catalog } from "./catalog.ts";
import { isUndescribed, ownShapes, sourceShape } from "./runbook-shapes.ts";
import { recordDescribed } from "./recorded-columns.ts";
import { refuseTakenTables } from "./table-owners.ts";
import { ledgerTable } from "./tables.ts";

/**
 * Creates what a runbook owns and is absent: processor tables, calendar, ledger and views, with the datasets of what is
 * absent; never a source. Nothing that exists is altered. Faults: table-taken; warehouse-missing where a dataset cannot be read.
 */
export async function createTables(warehouse: Warehouse, runbook: Runbook): Promise<void> {
  const catalog = await readCatalog(warehouse, runbook);
  await refuseTakenTables(warehouse, catalog, runbook);
  await createAbsent(warehouse, { catalog, shapes: ownShapes(runbook) });
  await recordDescribed(warehouse, runbook, catalog);
  const views = [
    { name: "precompute_failures", create: createFailuresView, purpose: "create the view of failures" },
    { name: "trust", create: createTrustView, purpose: "create the view of trust" },
  ] as const;
  const absent = views.filter(({ name }) => !catalog.has(ledgerTable(runbook.ledger, name)));
  if (absent.length === 0) return;
  await warehouse.execute(
    absent.map(({ create, purpose }) => ({ sql: create(warehouse.dialect, runbook.ledger), purpose })),
  );
}

/** Creates the sources that `sample` or `load` fills and are absent, with their datasets. */
export async function createSources(
  warehouse: Warehouse,
  runbook: Runbook,
  tables: readonly TableId[] = runbook.sources.map(({ table }) => table),
): Promise<void> {
  const wanted = runbook.sources.filter(
    ({ table }) => tables.includes(table) && !isUndescribed(runbook, table),
  );
  const shapes = wanted.map(sourceShape);
  await createAbsent(warehouse, { catalog: await readCatalog(warehouse, runbook), shapes });
}

async function createAbsent(
  warehouse: Warehouse,
  { catalog, shapes }: { readonly catalog: Catalog; readonly shapes: readonly TableShape[] },
): Promise<void> {
  const absent = shapes.filter(({ table }) => !catalog.has(table));
  if (absent.length === 0) return;
  const tables = absent.flatMap((shape) => [
    createTable(warehouse.dialect, shape),
    ...describing(warehouse, shape),
  ]);
  const purpose = "create the tables of the runbook";
  const known = new Set([...catalog.keys()].map(datasetOf));
  const unknown = absent.filter(({ table }) => !known.has(datasetOf(table)));
  const datasets = await createDatasets(warehouse, unknown);
  await warehouse.execute([...datasets, ...tables.map((sql) => ({ sql, purpose }))]);
}

/** Statements that say of a table what it is, where its creation does not. */
function describing({ dialect }: Warehouse, { table, description }: TableShape): readonly string[] {
  const isTold = description === undefined || dialect.describesWhenCreating;
  return isTold ? [] : [dialect.describeTable(table, description)];
}

/**
 * Statements that create those datasets of tables that are absent: to create one takes a right that jobs do not have, also
 * where it exists.
 */
export async function createDatasets(
  warehouse: Warehouse,
  shapes: readonly TableShape[],
): Promise<readonly Statement[]> {
  const names = new Set(shapes.map(({ table }) => datasetOf(table)));
  const absent = await absentDatasets(warehouse, [...names]);
  return absent.map((dataset) => ({
    sql: createDataset(warehouse.dialect, dataset),
    purpose: `create the dataset ${dataset}`,
  }));
}

/** Makes the calendar table equal to what its origin gives now; writes nothing when it is. */
export async function refreshCalendar(warehouse: Warehouse, runbook: Runbook): Promise<void> {
  const { calendar, periods } = runbook;
  const { dialect } = warehouse;
  const comparison = {
    sql: calendarIsCurrent(dialect, calendar, periods),
    purpose: "compare the calendar with its origin",
  };
  const [row] = await queryRows(warehouse, comparison, { is_current: typed.count });
  if (row?.is_current !== 1) await writeCalendar(warehouse, runbook);
}

/** Puts what the calendar's origin gives now in the place of what the table holds, whatever that is. */
async function writeCalendar(
  warehouse: Warehouse,
  { calendar, periods }: Pick<Runbook, "calendar" | "periods">,
): Promise<void> {
  const statements = replaceCalendar(warehouse.dialect, calendar, periods);
  await warehouse.execute(statements.map((sql) => ({ sql, purpose: "bring the calendar up to date" })));
}
