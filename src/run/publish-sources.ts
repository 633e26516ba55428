import { openScratch } from "../warehouse/scratch-folder.ts";
import { duckdb } from "../sql/duckdb.ts";
import { join } from "node:path";
import type { TableId } from "../domain/table-id.ts";
import { createSources, createTables } from "../ledger/create-tables.ts";
import type { Runbook, Source } from "../runbook/runbook.ts";
import { quoteNames, quoteTable } from "../sql/identifiers.ts";
import { replaceSource } from "../sql/replace-partitions.ts";
import { stageTable } from "../sql/stage-table.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";

/**
 * Makes some source tables of a warehouse equal to those of a DuckDB warehouse: a file, a load into a staging table and
 * a replacement per table. A table is replaced whole or not at all; safe to run again.
 */
export async function publishSources(
  from: Warehouse,
  to: Warehouse,
  {
    runbook,
    tables,
    token,
  }: { readonly runbook: Runbook; readonly tables: readonly TableId[]; readonly token: string },
): Promise<void> {
  await createTables(to, runbook);
  await createSources(to, runbook, tables);
  await using scratch = await openScratch("publish");
  const sources = runbook.sources.filter(({ table }) => tables.includes(table));
  for (const [number, source] of sources.entries()) {
    const path = join(scratch.folder, `${source.table}.parquet`);
    await exportSource(from, source, path);
    const stage = stageTable({ ledger: runbook.ledger, token: `${token}_${number}` });
    const { columns: loaded } = source;
    const purpose = `load ${source.table}`;
    await to.loadFile({ table: stage, columns: loaded, path, format: "parquet", purpose });
    const columns = source.columns.map(({ name }) => name);
    const replacement = { table: source.table, from: stage, dateColumn: source.dateColumn, columns };
    await to.execute([
      ...replaceSource(to.dialect, replacement).map((sql) => ({ sql, purpose: `replace ${source.table}` })),
      {
        sql: `drop table ${quoteTable(to.dialect, stage)}`,
        purpose: `drop what was loaded for ${source.table}`,
      },
    ]);
  }
}

async function exportSource(from: Warehouse, source: Source, path: string): Promise<void> {
  const columns = quoteNames(
    duckdb,
    source.columns.map(({ name }) => name),
  );
  const rows = `select ${columns} from ${quoteTable(duckdb, source.table)}`;
  await from.query({
    sql: `copy (${rows}) to ${duckdb.quoteText(path)} (format parquet)`,
    purpose: `export ${source.table}`,
  });
}
