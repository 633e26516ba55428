import { Fault } from "../errors.ts";
import { runIngest } from "../run/ingest.ts";
import type { Runbook } from "../runbook/runbook.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";

/** The raw tables of a run without a cloud: files under `from`, or the runbook's sample where it is empty. */
export async function fillSources(warehouse: Warehouse, runbook: Runbook, from: string): Promise<void> {
  const kind = from === "" ? "sample" : "load";
  const ingest = runbook[kind];
  if (ingest === undefined) {
    throw new Fault("usage", `Cannot make the raw tables: the runbook declares no "${kind}"`, {
      hint: `Add a "${kind}" section to its runbook.yml, or compile the workflow for BigQuery`,
    });
  }
  await runIngest(warehouse, { runbook, ingest, from: from === "" ? undefined : from, parameters: {} });
}
