import { Fault } from "../errors.ts";
import { runIngest, type IngestResult } from "../run/ingest.ts";
import type { Runbook } from "../runbook/runbook.ts";
import { queryRows, typed } from "../warehouse/row-shape.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { readCatalog } from "../ledger/catalog.ts";
import { quoteTable } from "../sql/identifiers.ts";

/** The raw tables of a run without a cloud: files under `from`, or the runbook's sample where it is empty. */
export async function fillSources(
  warehouse: Warehouse,
  runbook: Runbook,
  from: string,
): Promise<IngestResult> {
  const kind = from === "" ? "sample" : "load";
  const ingest = runbook[kind];
  if (ingest === undefined) {
    throw new Fault("usage", `Cannot make the raw tables: the runbook declares no "${kind}"`, {
      hint: `Add a "${kind}" section to its runbook.yml, or compile the workflow for BigQuery`,
    });
  }
  return runIngest(warehouse, { runbook, ingest, from: from === "" ? undefined : from, parameters: {} });
}

/** Whether every required source has a row: false on a new warehouse, or after a load that was interrupted. */
export async function hasRawRows(warehouse: Warehouse, runbook: Runbook): Promise<boolean> {
  const catalog = await readCatalog(warehouse, runbook);
  for (const { table, required } of runbook.sources) {
    if (!required) continue;
    if (!catalog.has(table)) return false;
    const question = {
      sql: `select 1 as one from ${quoteTable(warehouse.dialect, table)} limit 1`,
      purpose: `look whether ${table} has rows`,
    };
    const rows = await queryRows(warehouse, question, { one: typed.count });
    if (rows.length === 0) return false;
  }
  return true;
}
