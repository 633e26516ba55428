import { existsSync } from "node:fs";
import { join } from "node:path";
import { dayOf } from "../../domain/calendar-date.ts";
import { readState } from "../../ledger/read-state.ts";
import { describeChange } from "../../operations/describe-change.ts";
import { usualRange } from "../../plan/calendar/selected-range.ts";
import { planBackfill } from "../../plan/plan-backfill.ts";
import { escapeLines } from "../../report/text/terminal-text.ts";
import { completeRunbook } from "../../run/complete-runbook.ts";
import { Fault } from "../../errors.ts";
import { readRunbook, runbooksFolder } from "../../run/read-runbook.ts";
import { holdReader, type GitHubClient } from "../ask-github.ts";
import { fetchRunbookAt } from "../commands/pull-runbook.ts";
import type { PlannedPull, PullAnswer } from "../commands/planned-pull.ts";
import { refusalOf } from "../commands/refusal.ts";
import { typeOnState, type TypingEffects } from "../commands/type-on-state.ts";
import type { JobEffects } from "../job-effects.ts";
import { addressOf } from "../job-folder.ts";
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
    const changes = await changesOf(plan, { folder, effects });
    return { kind: "planned", output: [...changes, typed?.text ?? ""].join("\n") };
  } catch (cause) {
    if (cause instanceof Fault) return refusalOf(cause);
    throw cause;
  }
}

/** What the pull request changes of the runbook that is checked out, on the state that was planned on: a line a cause. */
async function changesOf(
  { runbook: name }: PlannedPull,
  { folder, effects }: { readonly folder: string; readonly effects: PullEffects },
): Promise<readonly string[]> {
  if (!existsSync(join(runbooksFolder, name, "runbook.yml"))) return [`${name} is new`, ""];
  const [before, declared] = [await readRunbook(join(runbooksFolder, name)), await readRunbook(folder)];
  const request = { runbook: declared, mode: "read" } as const;
  await using warehouse = await effects.openWarehouse(addressOf("duckdb", effects), request);
  const after = await completeRunbook(warehouse, declared);
  const range = usualRange(after);
  const plan = planBackfill(after, await readState(warehouse, after, range), { range, cellsPer: "period" });
  const judged = { range, today: dayOf(effects.now(), after.timeZone) };
  const lines = await describeChange(warehouse, { before, after, plan, judged });
  return ["What changes:", ...lines.map((line) => escapeLines(`- ${line}`)), ""];
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
