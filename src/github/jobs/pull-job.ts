import { join } from "node:path";
import { Fault } from "../../errors.ts";
import { readRunbook } from "../../run/read-runbook.ts";
import { holdReader, type GitHubClient } from "../ask-github.ts";
import { fetchRunbookAt } from "../commands/pull-runbook.ts";
import type { PlannedPull, PullAnswer } from "../commands/planned-pull.ts";
import { refusalOf } from "../commands/refusal.ts";
import { typeOnState, type TypingEffects } from "../commands/type-on-state.ts";
import type { JobEffects } from "../job-effects.ts";
import { readArtifactFolder, type ArtifactFolder } from "../state/artifact-folder.ts";

/** What planning a pull request needs; its token may read contents and nothing else. */
export type PullEffects = Omit<TypingEffects, "fetchState" | "readHold"> &
  Pick<JobEffects, "artifacts" | "job"> & { readonly client: GitHubClient };

/**
 * Plans a runbook as a pull request has it: its files are data, a plan runs no step, and its SQL runs on the locked engine.
 * What stops it is an answer too.
 */
export async function runPullJob(plan: PlannedPull, effects: PullEffects): Promise<PullAnswer> {
  const { runbook, commit, options } = plan;
  const folder = join(effects.folder, "pull", runbook);
  try {
    await fetchRunbookAt(effects.client, effects.job, { runbook, commit, folder });
    const line = { name: "plan", args: [folder, ...options] };
    const typed = await typeOnState(await readRunbook(runbook), line, {
      ...effects,
      fetchState: () => takeState(plan, effects),
      readHold: holdReader(effects.client, effects.job),
    });
    return { kind: "planned", output: typed?.text ?? "" };
  } catch (cause) {
    if (cause instanceof Fault) return refusalOf(cause);
    throw cause;
  }
}

/** The state that the job before kept for this one. */
async function takeState(
  { state }: PlannedPull,
  { artifacts, folder }: Pick<PullEffects, "artifacts" | "folder">,
): Promise<ArtifactFolder> {
  const found = (await artifacts.list()).find(({ name }) => name === state);
  const target = join(folder, "command-state");
  if (found !== undefined) await artifacts.download(found, target);
  return readArtifactFolder(state, target);
}
