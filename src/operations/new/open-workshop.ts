import { datasetOf, tableNameOf } from "../../domain/table-id.ts";
import { duckdb } from "../../sql/duckdb.ts";
import { fileKindOf, fileRows } from "../../sql/file-rows.ts";
import { quoteName, quoteTable } from "../../sql/identifiers.ts";
import { findLoadFiles } from "../../run/load-files.ts";
import { unmarkedFiles } from "../../run/unmarked-files.ts";
import type { StarterSource } from "../../starter/found-table.ts";
import { loadSql } from "../../starter/table-starter.ts";
import { openScratch } from "../../warehouse/scratch-folder.ts";
import type { Warehouse } from "../../warehouse/warehouse.ts";
import type { FoundFiles } from "./list-files.ts";

/** Where the rows of sources are, for a DuckDB that computes what statements give. */
export type WorkshopRows =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "folder"; readonly folder: string; readonly files: readonly FoundFiles[] };

/**
 * Makes the sources readable in a DuckDB in memory, under their names: those of a database as they are there, files as they
 * would be loaded. `marts` is a dataset for what is computed.
 */
export async function fillWorkshop(
  workshop: Warehouse,
  {
    sources,
    rows,
    marts,
  }: { readonly sources: readonly StarterSource[]; readonly rows: WorkshopRows; readonly marts: string },
): Promise<void> {
  async function run(sql: string): Promise<void> {
    await workshop.query({ sql, purpose: "make the sources readable" });
  }
  if (rows.kind === "file") await run(`attach ${duckdb.quoteText(rows.path)} as cascade_origin (read_only)`);
  for (const dataset of new Set([marts, ...sources.map(({ table }) => datasetOf(table))])) {
    await run(`create schema if not exists ${quoteName(duckdb, dataset)}`);
  }
  for (const source of sources) {
    const name = quoteTable(duckdb, source.table);
    if (rows.kind === "file") {
      await run(`create view ${name} as select * from cascade_origin.${name}`);
      continue;
    }
    const path = rows.files.find(({ table }) => table === source.table)?.path ?? "";
    const kind = fileKindOf(path) ?? "parquet";
    await using scratch = await openScratch("new");
    const found = await findLoadFiles(rows.folder, { path });
    const files = fileRows(await unmarkedFiles(found, { kind, folder: scratch.folder }), kind);
    await run(`create temporary view file_${tableNameOf(source.table)} as select * from ${files}`);
    await run(`create table ${name} as ${loadSql(source)}`);
  }
}
