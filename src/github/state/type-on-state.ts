import { mkdir } from "node:fs/promises";
import { createTables } from "../../ledger/create-tables.ts";
import { readRunbook } from "../../run/read-runbook.ts";
import type { JobEffects } from "../job-effects.ts";
import { addressOf } from "../job-folder.ts";
import { fillSources, importState } from "../jobs/fill-warehouse.ts";
import type { ArtifactFolder } from "./artifact-folder.ts";

/** What a command line printed, and how it ended. */
export type TypedLine = { readonly exitCode: number; readonly text: string };

/** What typing on a state needs. */
export type StateEffects = Pick<JobEffects, "folder" | "openWarehouse"> & {
  readonly fetchState: (runbook: string, workflow: string) => Promise<ArtifactFolder | undefined>;
  readonly runLine: (name: string, args: readonly string[]) => Promise<TypedLine>;
};

/**
 * Types a command line on the newest published state of a runbook, in a file of the job's own; undefined when no run has
 * published one. Faults: artifact-lost, github-failed, and those of the command.
 */
export async function typeOnState(
  runbookName: string,
  {
    workflow,
    name,
    args,
  }: { readonly workflow: string; readonly name: string; readonly args: readonly string[] },
  effects: StateEffects,
): Promise<TypedLine | undefined> {
  const state = await effects.fetchState(runbookName, workflow);
  if (state === undefined) return undefined;
  const runbook = await readRunbook(runbookName);
  await mkdir(effects.folder, { recursive: true });
  const address = addressOf("duckdb", effects);
  {
    await using warehouse = await effects.openWarehouse(address, "write");
    await importState(warehouse, runbook, state);
    await fillSources(warehouse, runbook, "");
    await createTables(warehouse, runbook);
  }
  return effects.runLine(name, [...args, "--warehouse", address]);
}
