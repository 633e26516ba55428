import type { TableId } from "../domain/table-id.ts";
import type { CalendarDate } from "../domain/calendar-date.ts";
import type { GateStatus } from "../domain/verdict.ts";
import type { Redact } from "../domain/redact.ts";
import type { Cell, Plan } from "../plan/plan.ts";

/** What can become of a date of a cell, in the words of manifests and JSON. */
export const outcomeKinds = ["committed", "up-to-date", "failed", "blocked", "moved"] as const;
/** One of `outcomeKinds`. */
export type OutcomeKind = (typeof outcomeKinds)[number];

/** What became of one date of a cell. `moved`: what it reads changed meanwhile, so nothing was written for it. */
export type DateOutcome =
  | {
      readonly kind: "committed";
      readonly date: CalendarDate;
      readonly rows: number;
      readonly failures: number;
      /** What is odd about it: the same definition and inputs gave other content before. */
      readonly finding?: string;
    }
  | { readonly kind: "up-to-date"; readonly date: CalendarDate }
  | { readonly kind: "failed"; readonly date: CalendarDate; readonly error: string }
  | {
      readonly kind: "blocked";
      readonly date: CalendarDate;
      readonly upstream: readonly UpstreamGap[];
      /** Who is at it, where another run writes the date. */
      readonly lease?: string;
    }
  | { readonly kind: "moved"; readonly date: CalendarDate; readonly upstream: readonly string[] };

/** Whether a date is not as it should be after its cell has run. */
export function isFinding(kind: OutcomeKind): boolean {
  return kind !== "committed" && kind !== "up-to-date";
}

/** Upstream dates inside a window that are not settled. */
export type UpstreamGap = {
  readonly upstream: string;
  readonly dates: readonly CalendarDate[];
  /** All unsettled dates in the window; `dates` names the first of them. */
  readonly count: number;
  /** Whether only windows that need not reach so far (`last-games`) show them. */
  readonly mayDepend?: boolean;
};

/** What became of the dates of one cell. */
export type CellResult = {
  readonly cell: string;
  readonly processor: string;
  readonly outcomes: readonly DateOutcome[];
  readonly elapsedMs: number;
};

/** What a gate said; `held` is what dependents must not read. */
export type GateVerdict = {
  readonly gate: string;
  readonly status: GateStatus;
  readonly summary: string;
  readonly exitCode: 0 | 1 | 3;
  readonly held: readonly { readonly table: TableId; readonly dates: readonly CalendarDate[] }[];
};

/** What the engine tells while it works; shells decide how to show it. */
export type RunEvent =
  | { readonly kind: "run-started"; readonly runId: string; readonly plan: Plan }
  | { readonly kind: "cell-started"; readonly cell: Cell }
  | { readonly kind: "cell-ended"; readonly cell: Cell; readonly result: CellResult }
  /** A line of a command step's standard output. */
  | { readonly kind: "command-printed"; readonly processor: string; readonly line: string }
  /** A step is done again after so many seconds, because of an error that may pass; `left` times more after that. */
  | {
      readonly kind: "step-retried";
      readonly processor: string;
      readonly error: string;
      readonly seconds: number;
      readonly left: number;
    }
  | { readonly kind: "gate-ended"; readonly verdict: GateVerdict }
  | {
      readonly kind: "run-ended";
      readonly runId: string;
      readonly results: readonly CellResult[];
      readonly elapsedMs: number;
    };

/** What a run gets from outside; only shells build the real one. */
export type RunEffects = {
  /** The current instant. */
  readonly now: () => Date;
  /** A fresh random suffix for ids, of at least 8 hexadecimal digits. */
  readonly randomId: () => string;
  readonly emit: (event: RunEvent) => void;
  /** Who works, as others are told who meet it: a person, machine and process, or the address of a run on GitHub. */
  readonly holder: string;
  /** What command steps get as their environment, besides the engine's own variables. */
  readonly environment: Readonly<Record<string, string>>;
  /** Takes secrets out of what others have written, before it is stored or shown. */
  readonly redact: Redact;
  /** Told what a command step has masked, where others show what is said afterwards. */
  readonly mask?: (secret: string) => void;
  /** Aborted when the operator interrupts. */
  readonly signal: AbortSignal;
};
