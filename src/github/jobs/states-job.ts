import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { localEngine } from "../../engines/engine-table.ts";
import { Fault } from "../../errors.ts";
import { listRunbooks } from "../../run/find-runbook.ts";
import { readRunbook } from "../../run/read-runbook.ts";
import type { JobEffects } from "../job-effects.ts";
import { handedStatesName } from "../state/artifact-names.ts";
import { handedFolder, writeHandedStates, type HandedState } from "../state/handed-states.ts";
import type { FetchState } from "../state/open-state.ts";
import { workflowFile } from "../workflow/workflow-name.ts";

/** What handing states on needs. */
export type StatesEffects = Pick<JobEffects, "artifacts" | "folder" | "job" | "voice"> & {
  readonly fetchState: FetchState;
  /** Whether a change may touch the runbook. */
  readonly isTouched: (runbook: string) => boolean;
};

/** Days that a copy of published states is kept: the run that it is for needs it for minutes. */
const daysKept = 1;

/**
 * Hands the newest published state of each runbook that is touched to a job that may not ask for it, as one artifact of
 * this run; gives the artifact's name. What cannot be used is told there as well, and stops nothing.
 */
export async function runStatesJob(effects: StatesEffects): Promise<string> {
  const { artifacts, folder, job } = effects;
  const target = join(folder, "states");
  await mkdir(target, { recursive: true });
  const found: Record<string, HandedState> = {};
  for (const name of (await listRunbooks()).filter(effects.isTouched)) {
    found[name] = await handOn(name, { target, effects });
  }
  await writeHandedStates(target, found);
  const name = handedStatesName(job.attempt);
  await artifacts.upload(name, target, { daysKept });
  return name;
}

async function handOn(
  name: string,
  { target, effects }: { readonly target: string; readonly effects: StatesEffects },
): Promise<HandedState> {
  try {
    const runbook = await readRunbook(name);
    const state = await effects.fetchState(runbook.name, workflowFile(runbook.name, localEngine.name));
    if (state === undefined) return { kind: "none" };
    await rename(state.folder, handedFolder(target, name));
    return { kind: "handed" };
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause;
    const { code, message } = cause;
    effects.voice.annotate({ level: "warning", title: code, message: `${name}: ${message}` });
    return { kind: "unusable", code, message };
  }
}
