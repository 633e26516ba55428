import { datasetOf } from "../domain/table-id.ts";
import type { Runbook } from "../runbook/runbook.ts";
import { calendarIsCurrent, replaceCalendar } from "../sql/calendar.ts";
import { createDataset, createTable } from "../sql/create-table.ts";
import type { TableShape } from "../sql/dialect.ts";
import { createFailuresView } from "../sql/ledger-views.ts";
import { queryRows, typed } from "../warehouse/row-shape.ts";
import type { Statement, Warehouse } from "../warehouse/warehouse.ts";
import { readCatalog } from "./catalog.ts";
import { runbookShapes } from "./runbook-shapes.ts";
import { ledgerTable } from "./tables.ts";

/**
 * Creates what a runbook writes and is absent: source and processor tables, calendar, ledger and view, with the
 * datasets of what is absent. Nothing that exists is altered. Fault: warehouse-missing where a dataset cannot be read.
 */
export async function createTables(warehouse: Warehouse, runbook: Runbook): Promise<void> {
  const catalog = await readCatalog(warehouse, runbook);
  const absent = runbookShapes(runbook).filter(({ table }) => !catalog.has(table));
  const hasView = catalog.has(ledgerTable(runbook.ledger, "precompute_failures"));
  const statements = [
    ...createDatasets(warehouse, absent).map(({ sql }) => sql),
    ...absent.map((shape) => createTable(warehouse.dialect, shape)),
    ...(hasView ? [] : [createFailuresView(warehouse.dialect, runbook.ledger)]),
  ];
  if (statements.length === 0) return;
  await warehouse.execute(statements.map((sql) => ({ sql, purpose: "create the tables of the runbook" })));
}

/** Statements that create the datasets of tables where they are absent. */
export function createDatasets(warehouse: Warehouse, shapes: readonly TableShape[]): readonly Statement[] {
  const datasets = new Map(shapes.map(({ table }) => [datasetOf(table), table]));
  return [...datasets.values()].map((table) => ({
    sql: createDataset(warehouse.dialect, table),
    purpose: `create the dataset ${datasetOf(table)}`,
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
  if (row?.is_current === 1) return;
  const statements = replaceCalendar(dialect, calendar, periods);
  await warehouse.execute(statements.map((sql) => ({ sql, purpose: "bring the calendar up to date" })));
}
