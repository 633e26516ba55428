import { localEngine } from "../../engines/engine-table.ts";
import { mkdir } from "node:fs/promises";
import { createTables } from "../../ledger/create-tables.ts";
import type { Runbook } from "../../runbook/runbook.ts";
import type { Warehouse } from "../../warehouse/warehouse.ts";
import type { JobEffects } from "../job-effects.ts";
import { addressOf } from "../job-folder.ts";
import { fillFromState } from "./fill-from-state.ts";
import { workflowFile } from "../workflow/workflow-name.ts";
import type { ArtifactFolder } from "./artifact-folder.ts";

/** Finds the newest state that runs of a workflow published; undefined when none has. */
export type FetchState = (runbook: string, workflow: string) => Promise<ArtifactFolder | undefined>;

/** What opening a state needs. */
export type StateEffects = Pick<JobEffects, "folder" | "openWarehouse"> & { readonly fetchState: FetchState };

/** A warehouse that holds a published state, the runbook with its columns, and what the state says of itself. Whoever opens it disposes it. */
export type OpenedState = {
  readonly warehouse: Warehouse;
  readonly runbook: Runbook;
  readonly state: ArtifactFolder;
};

/**
 * Opens the newest published state of a runbook in a DuckDB file of the job's own, its raw tables filled; undefined when
 * no run has published one. Faults: artifact-lost, github-failed, those of the sample and the warehouse.
 */
export async function openState(declared: Runbook, effects: StateEffects): Promise<OpenedState | undefined> {
  const state = await effects.fetchState(declared.name, workflowFile(declared.name, localEngine.name));
  if (state === undefined) return undefined;
  await mkdir(effects.folder, { recursive: true });
  const warehouse = await effects.openWarehouse(addressOf(localEngine.name, effects), { runbook: declared });
  try {
    const { runbook } = await fillFromState(warehouse, { declared, state, from: "" });
    await createTables(warehouse, runbook);
    return { warehouse, runbook, state };
  } catch (cause) {
    await warehouse[Symbol.asyncDispose]();
    throw cause;
  }
}
