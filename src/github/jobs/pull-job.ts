import { existsSync } from "node:fs";
import { join } from "node:path";
import { dayOf } from "../../domain/calendar-date.ts";
import { readState } from "../../ledger/read-state.ts";
import type { ComparisonRequest } from "../../operations/compare-policies.ts";
import { describeChange } from "../../operations/describe-change.ts";
import { findingsSection, weakerSection, type Section } from "../../operations/describe-policy.ts";
import { usualRange } from "../../plan/calendar/selected-range.ts";
import { planBackfill } from "../../plan/plan-backfill.ts";
import { escapeLines } from "../../report/text/terminal-text.ts";
import { completeRunbook } from "../../run/complete-runbook.ts";
import { Fault } from "../../errors.ts";
import { readOrganisation } from "../../run/read-organisation.ts";
import { runbooksFolder } from "../../run/find-runbook.ts";
import { readRunbook, readRunbookText } from "../../run/read-runbook.ts";
import { lintRunbook } from "../../runbook/lint-runbook.ts";
import type { Runbook } from "../../runbook/runbook.ts";
import type { Warehouse } from "../../warehouse/warehouse.ts";
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
    const changes = [
      ...(await policySections(plan, { folder, effects })),
      ...(await changesOf(plan, { folder, effects })),
    ];
    return { kind: "planned", output: [...changes.flatMap(linesOf), typed?.text ?? ""].join("\n") };
  } catch (cause) {
    if (cause instanceof Fault) return refusalOf(cause);
    throw cause;
  }
}

type Pulled = { readonly folder: string; readonly effects: PullEffects };

/** What a reviewer reads of the policy, by the rules of the branch that is checked out. */
async function policySections(
  { runbook: name }: PlannedPull,
  { folder, effects }: Pulled,
): Promise<readonly Section[]> {
  const own = join(runbooksFolder, name);
  const text = await readRunbookText(folder);
  const linted = lintRunbook(text, await readOrganisation(own, effects.now()));
  const findings = linted.kind === "linted" ? linted.findings : [];
  const request: ComparisonRequest = {
    text,
    against: existsSync(join(own, "runbook.yml")) ? await readRunbookText(own) : undefined,
    rangeOf: usualRange,
    today: dayOf(effects.now()),
    openWarehouse: (runbook) => openState(runbook, effects),
  };
  return [findingsSection(findings, own), await weakerSection(request, own)];
}

/** What the pull request changes of the runbook that is checked out, on the state that was planned on: a line a cause. */
async function changesOf(
  { runbook: name }: PlannedPull,
  { folder, effects }: Pulled,
): Promise<readonly Section[]> {
  if (!existsSync(join(runbooksFolder, name, "runbook.yml"))) return [];
  const [before, declared] = [await readRunbook(join(runbooksFolder, name)), await readRunbook(folder)];
  await using warehouse = await openState(declared, effects);
  const after = await completeRunbook(warehouse, declared);
  const range = usualRange(after);
  const plan = planBackfill(after, await readState(warehouse, after, range), { range, cellsPer: "period" });
  const judged = { range, today: dayOf(effects.now(), after.timeZone) };
  const lines = await describeChange(warehouse, { before, after, plan, judged });
  return [{ head: "What changes:", lines }];
}

function openState(runbook: Runbook, effects: PullEffects): Promise<Warehouse> {
  return effects.openWarehouse(addressOf("duckdb", effects), { runbook, mode: "read" });
}

function linesOf({ head, lines }: Section): readonly string[] {
  return [head, ...lines.map((line) => escapeLines(`- ${line}`)), ""];
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
