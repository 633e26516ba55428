import { localEngine } from "../../engines/engine-table.ts";
import { mkdir } from "node:fs/promises";
import { createTables } from "../../ledger/create-tables.ts";
import type { Runbook } from "../../runbook/runbook.ts";
import type { Warehouse } from "../../warehouse/warehouse.ts";
import type { JobEffects } from "../job-effects.ts";
import { addressOf } from "../job-folder.ts";
import { fillSources } from "../../operations/fill-sources.ts";
import { importState } from "./import-state.ts";
import { workflowFile } from "../workflow/workflow-name.ts";
import type { ArtifactFolder } from "./artifact-folder.ts";

/** Finds the newest state that runs of a workflow published; undefined when none has. */
export type FetchState = (runbook: string, workflow: string) => Promise<ArtifactFolder | undefined>;

/** What opening a state needs. */
export type StateEffects = Pick<JobEffects, "folder" | "openWarehouse"> & { readonly fetchState: FetchState };

/** A warehouse that holds a published state, and what the state says of itself. Whoever opens it disposes it. */
export type OpenedState = { readonly warehouse: Warehouse; readonly state: ArtifactFolder };

/**
 * Opens the newest published state of a runbook in a DuckDB file of the job's own, its raw tables filled; undefined when
 * no run has published one. Faults: artifact-lost, github-failed, those of the sample and the warehouse.
 */
export async function openState(runbook: Runbook, effects: StateEffects): Promise<OpenedState | undefined> {
  const state = await effects.fetchState(runbook.name, workflowFile(runbook.name, localEngine.name));
  if (state === undefined) return undefined;
  await mkdir(effects.folder, { recursive: true });
  const warehouse = await effects.openWarehouse(addressOf(localEngine.name, effects), { runbook });
  try {
    await importState(warehouse, runbook, state);
    await fillSources(warehouse, runbook, "");
    await createTables(warehouse, runbook);
    return { warehouse, state };
  } catch (cause) {
    await warehouse[Symbol.asyncDispose]();
    throw cause;
  }
}
