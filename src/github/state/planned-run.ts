import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Fault } from "../../errors.ts";
import type { Runbook } from "../../runbook/runbook.ts";
import type { JobEffects } from "../job-effects.ts";
import { planFileName, planFileSchema, type PlanFile, runbookDigest } from "../plan-file.ts";
import { readArtifactFolder, type ArtifactFolder } from "./artifact-folder.ts";
import { selectArtifacts, type SelectedArtifact } from "./select-artifacts.ts";

/** What a job knows of its run: the frozen plan with its artifact, and what other jobs have left so far. */
export type PlannedRun = {
  readonly file: PlanFile;
  readonly base: ArtifactFolder;
  readonly results: readonly SelectedArtifact[];
};

const downloadsAtOnce = 6;

/** Lists the run's artifacts once and reads its plan. Faults: artifact-lost, plan-stale, github-failed. */
export async function readPlannedRun(
  effects: Pick<JobEffects, "artifacts" | "folder" | "job">,
  runbook: Runbook,
): Promise<PlannedRun> {
  const { plan, results } = selectArtifacts(await effects.artifacts.list(), effects.job.attempt);
  if (plan === undefined) {
    throw new Fault("artifact-lost", "Cannot read the plan of this run: its artifact is gone", {
      hint: "Dispatch the backfill again; what was done stays in the state of earlier runs",
    });
  }
  const base = await fetchArtifact(effects, plan);
  const text = await readFile(join(base.folder, planFileName), "utf8");
  const file = planFileSchema.parse(JSON.parse(text));
  refuseOther("commit", file.commit, effects.job.commit);
  refuseOther("runbook", file.runbook, runbookDigest(runbook));
  return { file, base, results };
}

/** Downloads results, a few at a time; one that is damaged counts as lost, and the log says so. */
export async function fetchResults(
  effects: Pick<JobEffects, "artifacts" | "folder" | "voice">,
  wanted: readonly SelectedArtifact[],
): Promise<readonly ArtifactFolder[]> {
  const fetched: ArtifactFolder[] = [];
  const waiting = [...wanted];
  async function work(): Promise<void> {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const folder = await fetchArtifact(effects, next).catch((cause: unknown) => {
        if (!(cause instanceof Fault) || cause.code !== "artifact-lost") throw cause;
        effects.voice.annotate({ level: "warning", title: cause.code, message: cause.message });
        return undefined;
      });
      if (folder !== undefined) fetched.push(folder);
    }
  }
  await Promise.all(Array.from({ length: downloadsAtOnce }, work));
  return fetched;
}

async function fetchArtifact(
  { artifacts, folder }: Pick<JobEffects, "artifacts" | "folder">,
  artifact: SelectedArtifact,
): Promise<ArtifactFolder> {
  const target = join(folder, "in", artifact.name);
  await artifacts.download(artifact, target);
  return readArtifactFolder(artifact.name, target);
}

function refuseOther(what: string, expected: string, found: string): void {
  if (expected === found) return;
  throw new Fault("plan-stale", `Cannot go on: expected the ${what} "${expected}", found "${found}"`, {
    hint: "Dispatch the backfill again: this run was planned with another one",
  });
}
