import { datasetOf, parseTableId, type TableId } from "../domain/table-id.ts";
import { Fault } from "../errors.ts";
import type { Runbook } from "../runbook/runbook.ts";
import { queryRows, typed, type ShapedRow } from "../warehouse/row-shape.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { ownShapes, runbookShapes } from "./runbook-shapes.ts";
import { ledgerTable } from "./tables.ts";

/**
 * Columns that exist, by table, with their type as the engine prints it. A table that the engine takes for a declared one
 * has the declared name, whatever its letters; columns are in lower case, since no engine tells them apart by that.
 */
export type Catalog = ReadonlyMap<TableId, ReadonlyMap<string, string>>;

const columnShape = {
  table_schema: typed.text,
  table_name: typed.text,
  column_name: typed.text,
  data_type: typed.text,
};

/** Reads which tables exist, those of the runbook's datasets at least; one query, unless a source's dataset is absent. */
export async function readCatalog(warehouse: Warehouse, runbook: Runbook): Promise<Catalog> {
  return catalogOf(warehouse, runbook, await readColumns(warehouse, runbook));
}

/** The same before anything of the runbook was created: what is in datasets that are absent does not exist. */
export async function readPresentCatalog(warehouse: Warehouse, runbook: Runbook): Promise<Catalog> {
  try {
    return await readCatalog(warehouse, runbook);
  } catch (cause) {
    if (!isAbsent(cause)) throw cause;
  }
  return catalogOf(warehouse, runbook, await readPresent(warehouse, datasetsOf(runbook)));
}

function catalogOf({ dialect }: Warehouse, runbook: Runbook, rows: readonly ColumnRow[]): Catalog {
  const { tableIdentity } = dialect;
  const named = new Map(declaredTables(runbook).map((table) => [tableIdentity(table), table]));
  const catalog = new Map<TableId, Map<string, string>>();
  for (const row of rows) {
    const found = parseTableId(`${row.table_schema}.${row.table_name}`);
    if (found === undefined) continue;
    const table = named.get(tableIdentity(found)) ?? found;
    const columns = catalog.get(table) ?? new Map<string, string>();
    columns.set(row.column_name.toLowerCase(), row.data_type.toUpperCase());
    catalog.set(table, columns);
  }
  return catalog;
}

/** Those of some datasets that do not exist; all of them where the engine does not tell. */
export async function absentDatasets(
  warehouse: Warehouse,
  names: readonly string[],
): Promise<readonly string[]> {
  if (!warehouse.dialect.tellsAbsentDatasets) return names;
  const absent: string[] = [];
  for (const name of names) {
    try {
      await readDatasets(warehouse, [name]);
    } catch (cause) {
      if (!isAbsent(cause)) throw cause;
      absent.push(name);
    }
  }
  return absent;
}

/** The datasets of all tables of a runbook. */
function datasetsOf(runbook: Runbook): readonly string[] {
  return [...new Set(runbookTables(runbook).map(datasetOf))];
}

/** Whether the ledger has been created. */
export function hasLedger(catalog: Catalog, runbook: Runbook): boolean {
  return catalog.has(ledgerTable(runbook.ledger, "cascade_partitions"));
}

/** The tables that the calendar is made of. */
export function calendarOrigin({ calendar: { origin } }: Runbook): readonly TableId[] {
  const read = origin.kind === "query" ? origin.reads : (origin.holidays ?? []);
  return read.map(({ table }) => table);
}

/** Every table of a runbook, also those whose columns nobody has described yet. */
function runbookTables(runbook: Runbook): readonly TableId[] {
  const { sources, processors } = runbook;
  const tables = [...sources, ...processors].map(({ table }) => table);
  return [...new Set([...tables, ...runbookShapes(runbook).map(({ table }) => table)])];
}

function declaredTables(runbook: Runbook): readonly TableId[] {
  return [
    ...calendarOrigin(runbook),
    ...runbookTables(runbook),
    ledgerTable(runbook.ledger, "precompute_failures"),
    ledgerTable(runbook.ledger, "trust"),
  ];
}

type ColumnRow = ShapedRow<typeof columnShape>;

/** A dataset that only sources are in may be absent, as a source may; without one of the runbook's own nothing works. */
async function readColumns(warehouse: Warehouse, runbook: Runbook): Promise<readonly ColumnRow[]> {
  const all = datasetsOf(runbook);
  const own = new Set(ownShapes(runbook).map(({ table }) => datasetOf(table)));
  try {
    return await readDatasets(warehouse, all);
  } catch (cause) {
    if (!isAbsent(cause) || own.size === all.length) throw cause;
  }
  const others = await readPresent(
    warehouse,
    all.filter((name) => !own.has(name)),
  );
  return [...(await readDatasets(warehouse, [...own])), ...others];
}

/** What stands in those of the datasets that exist, a query for each. */
async function readPresent(warehouse: Warehouse, datasets: readonly string[]): Promise<readonly ColumnRow[]> {
  const rows: ColumnRow[] = [];
  for (const dataset of datasets) {
    try {
      rows.push(...(await readDatasets(warehouse, [dataset])));
    } catch (cause) {
      if (!isAbsent(cause)) throw cause;
    }
  }
  return rows;
}

function readDatasets(warehouse: Warehouse, datasets: readonly string[]): Promise<readonly ColumnRow[]> {
  const statement = {
    sql: warehouse.dialect.catalogColumns(datasets),
    purpose: "read which tables exist",
  };
  return queryRows(warehouse, statement, columnShape);
}

function isAbsent(cause: unknown): boolean {
  return cause instanceof Fault && cause.code === "warehouse-missing";
}
