import type { Column } from "../domain/column.ts";
import { datasetOf, parseTableId, type TableId } from "../domain/table-id.ts";
import { Fault } from "../errors.ts";
import type { Runbook } from "../runbook/runbook.ts";
import { queryRows, typed } from "../warehouse/row-shape.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { runbookShapes } from "./runbook-shapes.ts";
import { ledgerTable } from "./tables.ts";

/** Columns that exist, by table, with their type as the engine prints it. */
export type Catalog = ReadonlyMap<TableId, ReadonlyMap<string, string>>;

const columnShape = {
  table_schema: typed.text,
  table_name: typed.text,
  column_name: typed.text,
  data_type: typed.text,
};

/** Reads which tables of the runbook's datasets exist; one query. */
export async function readCatalog(warehouse: Warehouse, runbook: Runbook): Promise<Catalog> {
  const datasets = datasetsOf(runbook);
  const statement = {
    sql: warehouse.dialect.catalogColumns(datasets),
    parameters: { datasets: { type: "array<string>", value: datasets } },
    purpose: "read which tables exist",
  } as const;
  const catalog = new Map<TableId, Map<string, string>>();
  for (const row of await queryRows(warehouse, statement, columnShape)) {
    const table = parseTableId(`${row.table_schema}.${row.table_name}`);
    if (table === undefined) continue;
    const columns = catalog.get(table) ?? new Map<string, string>();
    columns.set(row.column_name, row.data_type.toUpperCase());
    catalog.set(table, columns);
  }
  return catalog;
}

/** The datasets of all tables of a runbook. */
export function datasetsOf(runbook: Runbook): readonly string[] {
  return [...new Set(runbookShapes(runbook).map(({ table }) => datasetOf(table)))];
}

/** Whether the ledger has been created. */
export function hasLedger(catalog: Catalog, runbook: Runbook): boolean {
  return catalog.has(ledgerTable(runbook.ledger, "cascade_partitions"));
}

/** Differences between existing tables and their columns as they are declared, one line each; empty when they agree. */
export function driftOf(warehouse: Warehouse, catalog: Catalog, runbook: Runbook): readonly string[] {
  return runbookShapes(runbook).flatMap(({ table, columns }) => {
    const actual = catalog.get(table);
    return actual === undefined ? [] : tableDrift(warehouse, { table, columns, actual });
  });
}

/** Differences between one table and what exists, one line each; an absent table has none. */
export function tableDriftOf(
  warehouse: Warehouse,
  { catalog, runbook, table }: { catalog: Catalog; runbook: Runbook; table: TableId },
): readonly string[] {
  const actual = catalog.get(table);
  const columns = runbookShapes(runbook).find((shape) => shape.table === table)?.columns ?? [];
  return actual === undefined ? [] : tableDrift(warehouse, { table, columns, actual });
}

/** Columns of the engine's own tables that a ledger of an older version lacks, with the table of each. */
export function missingLedgerColumns(
  catalog: Catalog,
  runbook: Runbook,
): readonly { readonly table: TableId; readonly column: Column }[] {
  const own = runbookShapes(runbook).filter(({ table }) => isLedgerTable(table, runbook));
  return own.flatMap(({ table, columns }) => {
    const actual = catalog.get(table);
    if (actual === undefined) return [];
    return columns.filter(({ name }) => !actual.has(name)).map((column) => ({ table, column }));
  });
}

/** Stops with `schema-drift` when an existing table differs from what the runbook, or the engine, declares. */
export function refuseDrift(warehouse: Warehouse, catalog: Catalog, runbook: Runbook): void {
  const drift = driftOf(warehouse, catalog, runbook);
  if (drift.length === 0) return;
  const isOlder = missingLedgerColumns(catalog, runbook).length === drift.length;
  throw new Fault("schema-drift", `Cannot use the tables as they are:\n  ${drift.join("\n  ")}`, {
    hint: isOlder
      ? "The ledger is of an older version: run `cascade init`, which adds what it lacks"
      : "Alter the tables, or the columns in the runbook, until they agree",
  });
}

function isLedgerTable(table: TableId, { ledger }: Runbook): boolean {
  return table.startsWith(`${ledger}.cascade_`);
}

function tableDrift(
  warehouse: Warehouse,
  {
    table,
    columns,
    actual,
  }: { table: TableId; columns: readonly Column[]; actual: ReadonlyMap<string, string> },
): string[] {
  const declared = new Set(columns.map((column) => column.name));
  const differences = columns.flatMap((column) => {
    const expected = warehouse.dialect.columnType(column.type).toUpperCase();
    const found = actual.get(column.name);
    if (found === undefined) return [`${table}: the column "${column.name}" is missing`];
    return found === expected ? [] : [`${table}.${column.name}: expected ${expected}, found ${found}`];
  });
  const strangers = [...actual.keys()].filter((name) => !declared.has(name));
  return [...differences, ...strangers.map((name) => `${table}: the column "${name}" is not declared`)];
}
