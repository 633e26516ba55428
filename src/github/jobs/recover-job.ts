import { listRunbooks } from "../../run/find-runbook.ts";
import {
  codeBlock,
  escapeMarkdown,
  markup,
  markdownLink,
  type Markdown,
} from "../../report/text/markdown-text.ts";
import type { CommandApi } from "../commands/command-api.ts";
import type { JobEffects } from "../job-effects.ts";
import type { ReadHold } from "../read-hold.ts";
import { decideRecovery, leftAloneText, type RecoveryDecision } from "../recovery/decide-recovery.ts";
import type { FetchRecovery } from "../recovery/fetch-recovery.ts";
import type { RecoveryFile } from "../recovery/recovery-file.ts";
import { finishedBackfill, type FinishedBackfill, type WorkflowRunEvent } from "../recovery/run-event.ts";
import { workflowFile } from "../workflow/workflow-name.ts";

/** What a recovery needs. */
export type RecoverEffects = Pick<JobEffects, "voice"> & {
  readonly api: Pick<CommandApi, "run" | "retry" | "dispatch" | "headOf">;
  readonly readHold: ReadHold;
  readonly fetchRecovery: FetchRecovery;
  /** Says in the thread of the run's report what was started. */
  readonly tell: (file: RecoveryFile, text: Markdown) => Promise<void>;
};

/**
 * Looks at a run that ended and does what a person need not decide: re-runs its failed jobs once, or dispatches the next
 * round. Everything else it says on the page of its own run. Fault: github-failed.
 */
export async function runRecoverJob(event: WorkflowRunEvent, effects: RecoverEffects): Promise<void> {
  const run = event.workflow_run;
  const backfill = finishedBackfill(event, await listRunbooks());
  if (backfill === undefined) {
    effects.voice.log("Nothing to recover: this is no red backfill of the default branch");
    return;
  }
  const obstacle = await obstacleOf(event, backfill, effects);
  if (obstacle !== undefined) return leaveAlone(event, { text: obstacle, commands: [] }, effects);
  const found = await effects.fetchRecovery(run.id, run.run_attempt);
  const file = found?.runbook === backfill.runbook ? found : undefined;
  const decision = decideRecovery(file, run.run_attempt);
  if (decision.kind === "person" || file === undefined) {
    const text = leftAloneText(decision.kind === "person" ? decision.reason : "no-decisions");
    return leaveAlone(event, { text, commands: file?.commands ?? [] }, effects);
  }
  await act(event, { backfill, file, decision }, effects);
}

/** What has changed since the run ended, or who does not want anything to run. */
async function obstacleOf(
  { workflow_run: run, repository }: WorkflowRunEvent,
  { runbook }: FinishedBackfill,
  { api, readHold }: RecoverEffects,
): Promise<string | undefined> {
  const now = await api.run(run.id);
  if (now === undefined || !now.isFinished || now.attempt !== run.run_attempt) {
    return "somebody has re-run or deleted it meanwhile";
  }
  if ((await readHold(runbook)) !== undefined) return `${runbook} is held; release it with /cascade release`;
  if ((await api.headOf(repository.default_branch)) === run.head_sha) return undefined;
  return "the default branch has moved on; dispatch the backfill again with what it has now";
}

async function leaveAlone(
  { workflow_run: run }: WorkflowRunEvent,
  { text, commands }: { readonly text: string; readonly commands: readonly string[] },
  { voice }: RecoverEffects,
): Promise<void> {
  const typed = commands.length === 0 ? markup`` : markup`\n\n${codeBlock(commands.join("\n"))}`;
  const link = markdownLink(`run ${run.id}`, run.html_url);
  await voice.summarise(
    markup`## Recovery\n\nNothing was started after ${link}: ${escapeMarkdown(text, 400)}.${typed}`,
  );
  voice.log(`Nothing was started after run ${run.id}: ${text}`);
}

async function act(
  event: WorkflowRunEvent,
  {
    backfill,
    file,
    decision,
  }: {
    readonly backfill: FinishedBackfill;
    readonly file: RecoveryFile;
    readonly decision: Exclude<RecoveryDecision, { readonly kind: "person" }>;
  },
  effects: RecoverEffects,
): Promise<void> {
  const { workflow_run: run, repository } = event;
  const link = markdownLink(`run ${run.id}`, run.html_url);
  if (decision.kind === "rerun") {
    await effects.api.retry(run.id);
    const text = markup`Recovery: re-running the failed jobs of ${link} once, since all that failed can be tried again.`;
    return say(file, text, effects);
  }
  const { from, to } = file.range;
  const isDispatched = await effects.api.dispatch(workflowFile(backfill.runbook, backfill.kind), {
    ref: repository.default_branch,
    inputs: {
      "start-date": from,
      "end-date": to,
      "report-to": file.reportTo,
      "expected-sha": run.head_sha,
      "requested-by": file.requestedBy,
      round: String(decision.round),
    },
  });
  const round = markup`round ${decision.round} of at most ${file.mostRounds}`;
  const text = isDispatched
    ? markup`Recovery: dispatched ${round} after ${link}: what waits for its upstream runs behind it.`
    : markup`Recovery: could not dispatch ${round} after ${link}: the workflow is gone.`;
  return say(file, text, effects);
}

async function say(file: RecoveryFile, text: Markdown, { voice, tell }: RecoverEffects): Promise<void> {
  voice.log(text);
  await voice.summarise(markup`## Recovery\n\n${text}`);
  await tell(file, text);
}
