import type { Cell, Plan, PlanTotals, SkippedUnits, SkipReason, UnitReason } from "../plan.ts";

/** A plan as `cascade plan --json` prints it: text, numbers and arrays only. */
export type PlanJson = {
  readonly runbook: string;
  readonly range: { readonly from: string; readonly to: string };
  readonly digest: string;
  readonly cells: readonly CellJson[];
  readonly waves: readonly (readonly string[])[];
  readonly skipped: readonly SkippedJson[];
  readonly notAtomic?: readonly string[];
  readonly totals: PlanTotals;
};

/** A cell; `reasons` has a text for each of its dates. */
type CellJson = {
  readonly id: string;
  readonly processor: string;
  readonly phase: number;
  readonly dates: readonly string[];
  readonly needs: readonly string[];
  readonly reasons: Readonly<Record<string, string>>;
};

/** Units left out for one reason; `command` is there for blocked ones, `mayDepend` where only `last-games` makes them so. */
type SkippedJson = {
  readonly processor: string;
  readonly dates: readonly string[];
  readonly reason: string;
  readonly command?: string;
  readonly mayDepend?: boolean;
};

/** The plan as a value that JSON can hold. */
export function planJson(plan: Plan): PlanJson {
  const { runbook, range, digest, waves, totals } = plan;
  return {
    runbook,
    range,
    digest,
    cells: plan.cells.map(cellJson),
    waves,
    skipped: plan.skipped.map(skippedJson),
    ...(plan.notAtomic === undefined ? {} : { notAtomic: plan.notAtomic }),
    totals,
  };
}

/** A reason to run as one line: `missing`, `downstream-of SALES 2021-11-20`. */
export function reasonText(reason: UnitReason): string {
  if (reason.kind === "upstream-changed" && reason.whole !== undefined)
    return `${reason.kind} ${reason.whole} whole`;
  return reason.kind === "downstream-of" ? `${reason.kind} ${reason.processor} ${reason.date}` : reason.kind;
}

function cellJson({ id, processor, phase, dates, needs, reasons }: Cell): CellJson {
  const texts = [...reasons].map(([date, reason]) => [date, reasonText(reason)] as const);
  return { id, processor, phase, dates, needs, reasons: Object.fromEntries(texts) };
}

function skippedJson({ processor, dates, reason }: SkippedUnits): SkippedJson {
  const skipped = { processor, dates, reason: skipText(reason) };
  if (reason.kind !== "blocked-by") return skipped;
  return {
    ...skipped,
    command: reason.command,
    ...(reason.mayDepend === true ? { mayDepend: true } : {}),
  };
}

/** A reason not to run as one line, without its command: `up-to-date`, `held days`, `blocked-by SALES 2021-10-19`. */
function skipText(reason: SkipReason): string {
  if (reason.kind === "held") return `${reason.kind} ${reason.gate}`;
  const hasUpstream = reason.kind === "blocked-by" || reason.kind === "frozen";
  return hasUpstream ? `${reason.kind} ${reason.upstream} ${reason.date}` : reason.kind;
}
