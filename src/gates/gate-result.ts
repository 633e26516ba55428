import type { CalendarDate, DateRange } from "../domain/calendar-date.ts";
import { exitCodeOf, problemsOfLook, type GateStatus } from "../domain/verdict.ts";
import type { HeldDates } from "../ledger/record-gates.ts";
import type { Gate, GateKind } from "../runbook/runbook.ts";
import type { Finding } from "./finding.ts";

/** What one look found, before the gate decides what that means. */
export type GateJudgement = {
  /** Whether anything was found that the gate exists for. */
  readonly isFound: boolean;
  /** Whether something less was found that people should see. */
  readonly isNotable: boolean;
  /** Whether the finding ends a run with exit 1 even when the gate only warns: a budget that is exceeded. */
  readonly isBreach: boolean;
  /** Questions that could not be answered. */
  readonly failed: readonly string[];
  /** Partitions that dependents must not read, by table. */
  readonly held: readonly HeldDates[];
  /** All that was found, each at the place where it lies, and the questions without an answer. */
  readonly findings: readonly Finding[];
  /** What was found that most probably caused the rest; undefined when nothing was. */
  readonly first: Finding | undefined;
  readonly summary: string;
  /** The JSON of the command of the same name. */
  readonly detail: object;
};

/** What is said of a look that found nothing. */
export const nothingFound = { isFound: false, isNotable: false, isBreach: false } as const;

/** The verdict of a gate. */
export type GateResult = {
  readonly gate: string;
  readonly kind: GateKind;
  readonly status: GateStatus;
  readonly blocking: boolean;
  readonly range: DateRange;
  /** The dates of the range that it looked at, where some were named. */
  readonly dates?: readonly CalendarDate[];
  /** One line for people, the first finding at its start. */
  readonly summary: string;
  /** What most probably caused the rest of what this gate found; `firstFinding` chooses among those of several gates. */
  readonly first: Finding | undefined;
  /** What dependents must not read; empty unless `blocked` or a blocking gate is `check-failed`. */
  readonly held: readonly HeldDates[];
  /** 0, 1 (blocked, or a budget is exceeded) or 3 (a check could not run). */
  readonly exitCode: 0 | 1 | 3;
  readonly detail: object;
};

/**
 * The gate's verdict on its findings. A question without an answer is never a pass: it is `check-failed`, and a
 * blocking gate then holds back everything that it looks at.
 */
export function gateResult(
  gate: Gate,
  { range, all }: { readonly range: DateRange; readonly all: readonly HeldDates[] },
  findings: GateJudgement,
): GateResult {
  const status = statusOf(gate, findings);
  const breach = findings.isBreach ? [{ kind: "over-budget" } as const] : [];
  return {
    gate: gate.id,
    kind: gate.kind,
    status,
    blocking: gate.blocking,
    range,
    summary: summaryOf(findings),
    first: findings.first,
    held: status === "blocked" ? findings.held : status === "check-failed" && gate.blocking ? all : [],
    exitCode: exitCodeOf([...problemsOfLook(status), ...breach]),
    detail: findings.detail,
  };
}

function statusOf({ blocking }: Gate, { failed, isFound, isNotable }: GateJudgement): GateStatus {
  if (failed.length > 0) return "check-failed";
  if (isFound && blocking) return "blocked";
  return isFound || isNotable ? "warned" : "passed";
}

function summaryOf({ failed, isFound, summary }: GateJudgement): string {
  if (failed.length === 0) return summary;
  return `${isFound ? `${summary}; ` : ""}could not be checked: ${[...new Set(failed)].join("; ")}`;
}
