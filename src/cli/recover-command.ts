import { completeRunbook } from "../run/complete-runbook.ts";
import { escapeJson } from "../report/text/terminal-text.ts";
import { exitCodeOf } from "../domain/verdict.ts";
import { dayOf } from "../domain/calendar-date.ts";
import { formatCount, onOneLine } from "../domain/format.ts";
import type { HeldDates } from "../ledger/record-gates.ts";
import type { Gate } from "../runbook/runbook.ts";
import { checkGate, type GateToCheck } from "../operations/check-gate.ts";
import { lookAtTrust } from "../operations/look-at-trust.ts";
import { recordTrust } from "../ledger/recorded-trust.ts";
import { recordKept } from "../operations/record-kept.ts";
import { createAnswerMemory } from "../ledger/kept-answers.ts";
import { recover, type Recovery, type RecoveryRound } from "../operations/recover.ts";
import type { Decision } from "../triage/decision.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { openReadsBesideRun } from "../operations/read-beside-run.ts";
import { assessPartitions, type AssessmentRequest } from "../operations/assess-partitions.ts";
import { runbookOf, type Command } from "./command.ts";
import { invocationOf } from "./invocation.ts";
import type { Invocation } from "../domain/printed-command.ts";
import { decisionsAsTyped, decisionsJson, decisionsText } from "./decisions-text.ts";
import { openEffects } from "../process/effects.ts";
import { openWarehouse } from "../process/open-warehouse.ts";
import { showProgress } from "./progress.ts";
import { selectionOf } from "../operations/typed/options.ts";
import { openRunLog } from "./run-log.ts";
import { paint } from "./terminal.ts";
import { problemsOf } from "./triage-command.ts";

/** `cascade recover`: carries the decisions of triage out, upstream first, until only people can go on. */
export const recoverCommand: Command = {
  async run(context) {
    const { options, terminal } = context;
    const declared = await runbookOf(context);
    await using warehouse = await openWarehouse(context.effects, {
      address: options.warehouse,
      mode: "write",
      runbook: declared,
    });
    const runbook = await completeRunbook(warehouse, declared);
    const selection = selectionOf(runbook, options);
    await using reads = await openReadsBesideRun(warehouse, runbook);
    const show = showProgress(terminal, () => performance.now());
    using log = openRunLog(context.effects, terminal);
    using effects = openEffects(context.effects, (event) => {
      reads.tell(event);
      show(event);
      log.tell(event);
    });
    effects.signal.addEventListener("abort", reads.interrupt);
    const today = dayOf(effects.now(), runbook.timeZone);
    const answers = createAnswerMemory();
    const asked = { runbook, selection, today, answers };
    const invocation = invocationOf(context);
    const failed: string[] = [];
    const request = {
      runbook,
      assess: () => assess(reads.warehouse, asked, { failed, invocation }),
      checkGate: (gate: Gate) =>
        heldBy(reads.warehouse, {
          runbook,
          selection,
          gate,
          checkedAt: effects.now(),
          answers,
          note: terminal.note,
        }),
      report: (round: number, steps: readonly Decision[]) =>
        terminal.note(`\nRound ${round}\n${decisionsText(steps)}\n`),
    };
    const recovery = await recover(warehouse, request, effects);
    await recordKept(warehouse, { runbook, selection, memory: answers, now: effects.now() });
    const look = { runbook, selection, lookedAt: effects.now(), answers };
    await recordTrust(warehouse, runbook.ledger, await lookAtTrust(reads.warehouse, look));
    const json = options.json ? escapeJson(JSON.stringify(recoveryJson(recovery), undefined, 2)) : undefined;
    terminal.out(json ?? recoveryText(recovery));
    for (const message of failed) terminal.note(`${paint("bad", "check-failed")} ${onOneLine(message)}`);
    return exitCodeOf(problemsOf({ decisions: recovery.remaining, failed }));
  },
};

/** Decides anew; `failed` then holds what could not be asked this time. */
async function assess(
  warehouse: Warehouse,
  asked: AssessmentRequest,
  { failed, invocation }: { readonly failed: string[]; readonly invocation: Invocation },
): Promise<readonly Decision[]> {
  const assessment = await assessPartitions(warehouse, asked);
  failed.splice(0, failed.length, ...assessment.failed);
  return decisionsAsTyped(assessment.decisions, invocation);
}

/** What a blocking gate holds back now, told to people where it holds anything. */
async function heldBy(
  warehouse: Warehouse,
  { note, ...look }: GateToCheck & { readonly note: (text: string) => void },
): Promise<readonly HeldDates[]> {
  const { gate, status, held, summary } = await checkGate(warehouse, look);
  if (held.length > 0) note(`${paint("bad", `gate ${gate} ${status}`)}: ${onOneLine(summary)}`);
  return held;
}

/** What `recover --json` prints: what every round ran, and the decisions that are left to people. */
function recoveryJson({ rounds, remaining }: Recovery<Decision>): object {
  return {
    rounds: rounds.map(({ ran }) => ({ ran })),
    remaining: (decisionsJson(remaining) as { readonly decisions: unknown }).decisions,
  };
}

/** What a recovery did, for people. */
export function recoveryText({ rounds, remaining }: Recovery<Decision>): string {
  const lines = rounds.map((round, index) => `Round ${index + 1}: ${ranText(round)}`);
  const end =
    remaining.length === 0
      ? paint("good", rounds.length === 0 ? "Nothing to recover" : "Recovered: nothing is left to decide")
      : `${paint("bad", `${formatCount(remaining.length)} partitions are left to people:`)}\n${decisionsText(remaining)}`;
  return [...lines, end].join("\n");
}

function ranText({ ran }: RecoveryRound<Decision>): string {
  const processors = Map.groupBy(ran, ({ processor }) => processor);
  const parts = [...processors].map(([processor, dates]) => {
    const bad = dates.filter(({ outcome }) => outcome !== "committed").length;
    const trouble = bad === 0 ? "" : ` (${formatCount(bad)} failed)`;
    return `${processor} ${formatCount(dates.length)} ${dates.length === 1 ? "date" : "dates"}${trouble}`;
  });
  return parts.length === 0 ? "nothing could be run" : `recomputed ${parts.join(", ")}`;
}
