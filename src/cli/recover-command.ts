import type { CalendarDate } from "../domain/calendar-date.ts";
import { runGates } from "../gates/run-gates.ts";
import type { Gate } from "../runbook/runbook.ts";
import { recover, type Recovery, type RecoveryRound } from "../run/recover.ts";
import type { Decision } from "../triage/decision.ts";
import { assessPartitions, type Assessment } from "./assess-partitions.ts";
import { runbookOf, type Command } from "./command.ts";
import { decisionsJson, decisionsText } from "./decisions-text.ts";
import { openEffects } from "./effects.ts";
import { openWarehouse } from "./open-warehouse.ts";
import { showProgress } from "./progress.ts";
import { selectionOf } from "./selection.ts";
import { formatCount, paint } from "./terminal.ts";
import { exitCodeOf } from "./triage-command.ts";

/** `cascade recover`: carries the decisions of triage out, upstream first, until only people can go on. */
export const recoverCommand: Command = {
  summary: "carry the decisions of triage out, upstream first",
  usage: "cascade recover [runbook] [selection] [--json]",
  async run(context) {
    const { options, terminal } = context;
    const runbook = await runbookOf(context);
    const selection = selectionOf(runbook, options);
    await using warehouse = await openWarehouse(options.warehouse, "write");
    using effects = openEffects(showProgress(terminal, () => performance.now()));
    const today = effects.now().toISOString().slice(0, 10) as CalendarDate;
    const { range, dates } = selection;
    const judged = { runbook, range, today, ...(dates === undefined ? {} : { dates }) };
    let failed: Assessment["failed"] = [];
    const request = {
      runbook,
      async assess() {
        const assessment = await assessPartitions(warehouse, { runbook, selection, today });
        failed = assessment.failed;
        return assessment.decisions;
      },
      async checkGate(gate: Gate) {
        const [result] = await runGates(warehouse, judged, [gate]);
        if (result !== undefined && result.held.length > 0) {
          terminal.note(`${paint("bad", `gate ${gate.id} ${result.status}`)}: ${result.summary}`);
        }
        return result?.held ?? [];
      },
      report: (round: number, steps: readonly Decision[]) =>
        terminal.note(`\nRound ${round}\n${decisionsText(steps)}\n`),
    };
    const recovery = await recover(warehouse, request, effects);
    terminal.out(
      options.json ? JSON.stringify(recoveryJson(recovery), undefined, 2) : recoveryText(recovery),
    );
    for (const message of failed) terminal.note(`${paint("bad", "check-failed")} ${message}`);
    return exitCodeOf({ decisions: recovery.remaining, failed });
  },
};

/** What `recover --json` prints: what every round ran, and the decisions that are left to people. */
export function recoveryJson({ rounds, remaining }: Recovery<Decision>): object {
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
