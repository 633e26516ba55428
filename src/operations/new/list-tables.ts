import { engines } from "../../engines/engine-table.ts";
import { parseTableId, tableNameOf, datasetOf, type TableId } from "../../domain/table-id.ts";
import { Fault } from "../../errors.ts";
import { nearestName } from "../../runbook/nearest.ts";
import { datasetFor } from "../../starter/starter-files.ts";
import { quoteTable } from "../../sql/identifiers.ts";
import { queryRows, typed } from "../../warehouse/row-shape.ts";
import type { Warehouse } from "../../warehouse/warehouse.ts";
import { rowSetColumns, type RowSet } from "./row-set.ts";

const columnShape = {
  table_schema: typed.text,
  table_name: typed.text,
  column_name: typed.text,
  data_type: typed.text,
};

/**
 * The tables of a warehouse, or those that are named, with their columns. What a ledger keeps is no table of anybody, and what the runbook will compute none to begin from.
 * Faults: usage where a warehouse has a catalog for each dataset and none is named; unknown-name; nothing-to-build where there is none.
 */
export async function listTables(
  warehouse: Warehouse,
  { runbook, named }: { readonly runbook: string; readonly named: readonly string[] | undefined },
): Promise<readonly RowSet[]> {
  const asked = named?.map(parseName);
  const sql = warehouse.dialect.catalogColumns([...new Set((asked ?? []).map(datasetOf))]);
  if (asked === undefined && !engines[warehouse.engine].hasWholeCatalog) {
    throw new Fault("usage", `Cannot begin from ${warehouse.address}: expected --tables, found none`, {
      hint: "Name the tables with their datasets, for example --tables shop.orders,shop.items",
    });
  }
  const statement = { sql, purpose: "read which tables exist" };
  const rows = await queryRows(warehouse, statement, columnShape);
  const byTable = Map.groupBy(rows, (row) => parseTableId(`${row.table_schema}.${row.table_name}`));
  const ledgers = new Set(
    rows.filter(({ table_name }) => table_name === "cascade_runs").map(({ table_schema }) => table_schema),
  );
  const computed = asked === undefined ? datasetFor(runbook, "marts") : undefined;
  const found = [...byTable].flatMap(([table, columns]) =>
    table === undefined || ledgers.has(datasetOf(table)) || datasetOf(table) === computed
      ? []
      : [{ table, columns }],
  );
  const tables = asked === undefined ? found : asked.map((table) => pick(warehouse, table, found));
  if (tables.length === 0) {
    throw new Fault("nothing-to-build", `Cannot begin from ${warehouse.address}: it has no table`, {
      hint: "Name the warehouse that holds your tables with --from, or leave it out for a runbook with a sample",
    });
  }
  return tables.map(({ table, columns }) => ({
    table,
    from: `${quoteTable(warehouse.dialect, table)} as looked_at`,
    columns: rowSetColumns(
      warehouse.dialect,
      columns.map(({ column_name, data_type }) => ({ written: column_name, printed: data_type })),
      false,
    ),
  }));
}

function parseName(text: string): TableId {
  const table = parseTableId(text);
  if (table !== undefined) return table;
  throw new Fault("usage", `Cannot read --tables: expected dataset.table, found "${text}"`, {
    hint: "Name tables with their dataset or schema, for example --tables main.orders,main.items",
  });
}

function pick<Found extends { readonly table: TableId }>(
  { dialect, address }: Warehouse,
  table: TableId,
  found: readonly Found[],
): Found {
  const same = found.find((other) => dialect.tableIdentity(other.table) === dialect.tableIdentity(table));
  if (same !== undefined) return same;
  const names = found.map((other) => other.table);
  const namesake = names.find((name) => tableNameOf(name) === tableNameOf(table));
  const nearest = namesake ?? nearestName(table, names);
  throw new Fault("unknown-name", `Cannot begin from "${table}": ${address} has no such table`, {
    hint: nearest === undefined ? `Name some of ${names.join(", ")}` : `Write "${nearest}"`,
  });
}
