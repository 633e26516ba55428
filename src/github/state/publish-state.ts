import { join } from "node:path";
import type { Runbook } from "../../runbook/runbook.ts";
import type { Warehouse } from "../../warehouse/warehouse.ts";
import type { JobEffects } from "../job-effects.ts";
import type { PlanFile } from "../plan-file.ts";
import { stateArtifactName } from "./artifact-names.ts";
import { writeArtifactFolder } from "./artifact-folder.ts";
import { extractState } from "./extracts.ts";

/**
 * Publishes what a run has computed and recorded, for later runs to go on from: the tables of its processors and its
 * ledger, as `state-<runbook>.a<attempt>`. The warehouse has to be assembled of all results of the run. DuckDB only.
 */
export async function publishState(
  warehouse: Warehouse,
  { runbook, file }: { readonly runbook: Runbook; readonly file: PlanFile },
  { artifacts, folder, job }: Pick<JobEffects, "artifacts" | "folder" | "job">,
): Promise<void> {
  const target = join(folder, "publish");
  await writeArtifactFolder(warehouse, target, {
    extracts: extractState(runbook),
    manifest: {
      kind: "state",
      id: runbook.name,
      runId: file.runId,
      attempt: job.attempt,
      commit: file.commit,
      runbook: file.runbook,
      dates: [],
      isComplete: true,
    },
  });
  await artifacts.upload(stateArtifactName(runbook.name, job.attempt), target);
}
