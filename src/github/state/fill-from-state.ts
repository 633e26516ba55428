import { datasetOf } from "../../domain/table-id.ts";
import { ledgerTable } from "../../ledger/tables.ts";
import { fillSources } from "../../operations/fill-sources.ts";
import { completeRunbook } from "../../run/complete-runbook.ts";
import type { IngestResult } from "../../run/ingest.ts";
import type { Runbook } from "../../runbook/runbook.ts";
import { createDataset } from "../../sql/create-table.ts";
import { quoteTable } from "../../sql/identifiers.ts";
import { parquetRows } from "../../sql/parquet-files.ts";
import type { Statement, Warehouse } from "../../warehouse/warehouse.ts";
import { pathOf, type ArtifactFolder } from "./artifact-folder.ts";
import { importState } from "./import-state.ts";

/** A runbook with its columns, the tables of a state that were not taken over, and those that were filled. */
type Filled = {
  readonly runbook: Runbook;
  readonly left: readonly string[];
  readonly tables: IngestResult["tables"];
};

/** Imports a state, where there is one, and fills the raw tables: from files under `from`, or by the sample where it is empty. */
export async function fillFromState(
  warehouse: Warehouse,
  {
    declared,
    state,
    from,
  }: { readonly declared: Runbook; readonly state: ArtifactFolder | undefined; readonly from: string },
): Promise<Filled> {
  if (declared.draft === undefined) {
    const left = state === undefined ? [] : await importState(warehouse, declared, state);
    const { tables } = await fillSources(warehouse, declared, from);
    return { runbook: declared, left, tables };
  }
  const { tables } = await fillSources(warehouse, declared, from);
  const runbook = await describeByArtifacts(warehouse, declared, state === undefined ? [] : [state]);
  const left = state === undefined ? [] : await importState(warehouse, runbook, state);
  return { runbook, left, tables };
}

/**
 * The runbook with the columns that it leaves to the engine, as artifacts that are not imported yet have recorded them, or
 * hold them of sources. What is made of artifacts for that is empty again, or gone, when they are imported.
 */
export async function describeByArtifacts(
  warehouse: Warehouse,
  declared: Runbook,
  artifacts: readonly ArtifactFolder[],
): Promise<Runbook> {
  if (declared.draft === undefined) return declared;
  const { open, openDates } = declared.draft;
  const recorded = ledgerTable(declared.ledger, "cascade_columns");
  // A calendar that is left to the sources is read off their rows, columns off their shape.
  const rows = openDates === undefined ? " limit 0" : "";
  const looked = declared.sources
    .map(({ table }) => table)
    .filter((table) => openDates !== undefined || open.includes(table));
  const tables = looked.flatMap((table) => tableFrom(warehouse, artifacts, { table, rows }));
  await warehouse.execute([...tables, ...tableFrom(warehouse, artifacts, { table: recorded, rows: "" })]);
  const runbook = await completeRunbook(warehouse, declared);
  const made = tables.length === 0 || rows !== "" ? [] : looked;
  const purpose = "make room for what is imported";
  await warehouse.execute(
    [...made, recorded].map((table) => ({
      sql: `drop table if exists ${quoteTable(warehouse.dialect, table)}`,
      purpose,
    })),
  );
  return runbook;
}

function tableFrom(
  { dialect }: Warehouse,
  artifacts: readonly ArtifactFolder[],
  { table, rows }: { readonly table: Runbook["calendar"]["table"]; readonly rows: string },
): readonly Statement[] {
  const paths = artifacts
    .filter(({ manifest }) => manifest.files.some((file) => file.table === table))
    .map((artifact) => pathOf(artifact, table));
  if (paths.length === 0) return [];
  const purpose = `look at the columns of ${table}`;
  return [
    { sql: createDataset(dialect, datasetOf(table)), purpose },
    {
      sql: `create or replace table ${quoteTable(dialect, table)} as select * from ${parquetRows(paths)}${rows}`,
      purpose,
    },
  ];
}
