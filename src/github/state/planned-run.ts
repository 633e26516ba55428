import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Fault } from "../../errors.ts";
import type { Runbook } from "../../runbook/runbook.ts";
import type { JobEffects } from "../job-effects.ts";
import { planFileName, planFileSchema, type PlanFile, runbookDigest } from "../plan-file.ts";
import { readArtifactFolder, type ArtifactFolder } from "./artifact-folder.ts";
import { parseArtifactName, type ArtifactName } from "./artifact-names.ts";
import { bundlesWith, type WantedResults } from "./bundles.ts";
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

type FetchEffects = Pick<JobEffects, "artifacts" | "folder" | "voice">;

/**
 * Downloads results, a few at a time: the bundles that hold some, then what stands in none. What is damaged counts as
 * lost, and the log says so.
 */
export async function fetchResults(
  effects: FetchEffects,
  {
    run,
    runbook,
    wanted,
  }: { readonly run: PlannedRun; readonly runbook: Runbook; readonly wanted: WantedResults },
): Promise<readonly ArtifactFolder[]> {
  const bundles = bundlesWith({ runbook, file: run.file, results: run.results }, wanted);
  const bundled = new Map<string, ArtifactFolder>();
  await atOnce(bundles, async (bundle) => {
    for (const name of await fetchBundle(effects, bundle)) {
      const of = parseArtifactName(name);
      if (of === undefined || bundled.has(name) || !isWanted(of, wanted)) continue;
      const folder = await orLost(
        effects,
        readArtifactFolder(name, join(effects.folder, "in", bundle.name, name)),
      );
      if (folder !== undefined) bundled.set(name, folder);
    }
  });
  const fetched = [...bundled.values()];
  const alone = run.results.filter(({ name, of }) => isWanted(of, wanted) && !bundled.has(name));
  await atOnce(alone, async (artifact) => {
    const folder = await orLost(effects, fetchArtifact(effects, artifact));
    if (folder !== undefined) fetched.push(folder);
  });
  return fetched;
}

function isWanted({ kind, id }: ArtifactName, { cells, gates }: WantedResults): boolean {
  return kind === "cell" ? cells.has(id) : kind === "gate" && gates.has(id);
}

async function atOnce<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  async function each(): Promise<void> {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await work(next);
  }
  await Promise.all(Array.from({ length: downloadsAtOnce }, each));
}

async function orLost<T>({ voice }: FetchEffects, fetched: Promise<T>): Promise<T | undefined> {
  return fetched.catch((cause: unknown) => {
    if (!(cause instanceof Fault) || cause.code !== "artifact-lost") throw cause;
    voice.annotate({ level: "warning", title: cause.code, message: cause.message });
    return undefined;
  });
}

/** The names of what a bundle holds; nothing where it is damaged. */
async function fetchBundle(effects: FetchEffects, bundle: SelectedArtifact): Promise<readonly string[]> {
  const target = join(effects.folder, "in", bundle.name);
  const downloaded = effects.artifacts.download(bundle, target).then(() => readdir(target));
  return (await orLost(effects, downloaded)) ?? [];
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
