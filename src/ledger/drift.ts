import type { Column } from "../domain/column.ts";
import type { TableId } from "../domain/table-id.ts";
import { Fault } from "../errors.ts";
import type { Runbook } from "../runbook/runbook.ts";
import type { TableShape } from "../sql/dialect.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import type { Catalog } from "./catalog.ts";
import { ownShapes, runbookShapes } from "./runbook-shapes.ts";

type Comparison = { readonly catalog: Catalog; readonly runbook: Runbook };

/**
 * Differences between existing tables and their columns as they are declared, one line each; empty when they agree. Of a
 * source only the declared columns are compared, by whether they read as declared; the others are its owner's.
 */
export function driftOf(warehouse: Warehouse, { catalog, runbook }: Comparison): readonly string[] {
  return runbookShapes(runbook).flatMap(({ table }) => tableDriftOf(warehouse, { catalog, runbook, table }));
}

/** Differences between one table and what exists, one line each; an absent table has none. */
export function tableDriftOf(
  warehouse: Warehouse,
  { catalog, runbook, table }: Comparison & { readonly table: TableId },
): readonly string[] {
  const actual = catalog.get(table);
  if (actual === undefined) return [];
  const source = runbook.sources.find((candidate) => candidate.table === table);
  if (source !== undefined) {
    return source.columns.flatMap((column) =>
      columnDrift(warehouse, { table, column, actual, isSource: true }),
    );
  }
  const own = ownShapes(runbook).find((shape) => shape.table === table);
  return own === undefined ? [] : ownDrift(warehouse, own, actual);
}

/** Columns that a table of the runbook's own, or of an older ledger, lacks, with the table of each. */
export function missingColumns(
  catalog: Catalog,
  runbook: Runbook,
): readonly { readonly table: TableId; readonly column: Column }[] {
  return ownShapes(runbook).flatMap(({ table, columns }) => {
    const actual = catalog.get(table);
    if (actual === undefined) return [];
    return columns.filter(({ name }) => !actual.has(name)).map((column) => ({ table, column }));
  });
}

/** Stops with `schema-drift` when an existing table differs from what the runbook, or the engine, declares. */
export function refuseDrift(warehouse: Warehouse, comparison: Comparison): void {
  refuse(driftOf(warehouse, comparison), comparison);
}

/** The same of the calendar and the ledger alone, without which nothing can be told. */
export function refuseLedgerDrift(warehouse: Warehouse, comparison: Comparison): void {
  const { runbook } = comparison;
  const computed = new Set(runbook.processors.map(({ table }) => table));
  const kept = ownShapes(runbook).filter(({ table }) => !computed.has(table));
  const drift = kept.flatMap(({ table }) => tableDriftOf(warehouse, { ...comparison, table }));
  refuse(drift, comparison);
}

/** How a declared column of a table that others own reads; undefined where it is missing. */
export function readingOfColumn(
  warehouse: Pick<Warehouse, "dialect">,
  { catalog, table, column }: { readonly catalog: Catalog; readonly table: TableId; readonly column: Column },
): "always" | "by-value" | "never" | undefined {
  const found = catalog.get(table)?.get(column.name);
  return found === undefined ? undefined : warehouse.dialect.readsAs(column.type, found);
}

function refuse(drift: readonly string[], { catalog, runbook }: Comparison): void {
  if (drift.length === 0) return;
  const isOlder = missingColumns(catalog, runbook).length === drift.length;
  throw new Fault("schema-drift", `Cannot use the tables as they are:\n  ${drift.join("\n  ")}`, {
    hint: isOlder
      ? "The tables are older than the runbook or the engine: run `cascade init`, which adds what they lack"
      : "Alter the tables, or the columns in the runbook, until they agree; `cascade init` adds what the runbook's own tables lack",
  });
}

function ownDrift(
  warehouse: Warehouse,
  { table, columns }: TableShape,
  actual: ReadonlyMap<string, string>,
): string[] {
  const declared = new Set(columns.map(({ name }) => name));
  const strangers = [...actual.keys()].filter((name) => !declared.has(name));
  return [
    ...columns.flatMap((column) => columnDrift(warehouse, { table, column, actual, isSource: false })),
    ...strangers.map((name) => `${table}: the column "${name}" is not declared`),
  ];
}

function columnDrift(
  { dialect }: Warehouse,
  request: {
    readonly table: TableId;
    readonly column: Column;
    readonly actual: ReadonlyMap<string, string>;
    readonly isSource: boolean;
  },
): string[] {
  const { table, column, actual, isSource } = request;
  const expected = dialect.columnType(column.type).toUpperCase();
  const found = actual.get(column.name);
  if (found === undefined) return [`${table}: the column "${column.name}" is missing`];
  const fits = isSource ? dialect.readsAs(column.type, found) !== "never" : found === expected;
  return fits ? [] : [`${table}.${column.name}: expected ${expected}, found ${found}`];
}
