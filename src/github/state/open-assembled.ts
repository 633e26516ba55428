import { completeRunbook } from "../../run/complete-runbook.ts";
import { describeByArtifacts } from "./fill-from-state.ts";
import { handsTablesOn } from "../../engines/engine-table.ts";
import { mkdir, rm } from "node:fs/promises";
import type { Runbook } from "../../runbook/runbook.ts";
import type { Warehouse } from "../../warehouse/warehouse.ts";
import type { JobEffects } from "../job-effects.ts";
import { addressOf, databaseOf } from "../job-folder.ts";
import type { ArtifactFolder } from "./artifact-folder.ts";
import { assembleWarehouse } from "./assemble-warehouse.ts";
import type { WantedResults } from "./bundles.ts";
import { fetchResults, type PlannedRun } from "./planned-run.ts";

/** A warehouse as a run has left it so far, and the artifacts that were looked at. Whoever opens it disposes it. */
export type AssembledRun = {
  readonly warehouse: Warehouse;
  /** With the columns that it leaves to the engine. */
  readonly runbook: Runbook;
  readonly folders: readonly ArtifactFolder[];
};

/**
 * Opens the warehouse of a run: on DuckDB a new file, made of the plan's artifact and of the wanted results; a cloud
 * warehouse as it is. Faults: github-failed, those of the warehouse.
 */
export async function openAssembled(
  effects: JobEffects,
  request: {
    readonly run: PlannedRun;
    readonly runbook: Runbook;
    /** `duckdb`, or the address of a cloud warehouse. */
    readonly warehouse: string;
    readonly wanted: WantedResults;
  },
): Promise<AssembledRun> {
  const { run, runbook: declared } = request;
  const folders = await fetchResults(effects, { ...request, runbook: declared });
  const address = addressOf(request.warehouse, effects);
  if (!handsTablesOn(request.warehouse)) {
    const cloud = await effects.openWarehouse(address, { runbook: declared });
    return { warehouse: cloud, runbook: await completeRunbook(cloud, declared), folders };
  }
  await mkdir(effects.folder, { recursive: true });
  const database = databaseOf(effects);
  for (const path of [database, `${database}.wal`]) await rm(path, { force: true });
  const warehouse = await effects.openWarehouse(address, { runbook: declared });
  const runbook = await describeByArtifacts(warehouse, declared, [run.base]);
  await assembleWarehouse(warehouse, runbook, { base: [run.base], results: folders });
  return { warehouse, runbook, folders };
}
