import type { CalendarDate } from "../domain/calendar-date.ts";
import { unreachable } from "../errors.ts";
import { ownReason } from "../plan/versions/own-reason.ts";
import { planBackfill } from "../plan/plan-backfill.ts";
import { reasonText } from "../plan/approval/plan-json.ts";
import type { Plan, Selection, UnitReason, WarehouseState } from "../plan/plan.ts";
import { createSettledWindows, type SettledWindows } from "../plan/versions/settled-windows.ts";
import { createFingerprints, type Fingerprints } from "../plan/versions/window-fingerprint.ts";
import type { Processor, Runbook } from "../runbook/runbook.ts";
import { askSource } from "../plan/units/plan-commands.ts";
import { createContaminationFacts, type NotedFact } from "./contamination-fact.ts";
import type { PartitionFacts } from "./decision.ts";
import type { CoveredDate, TriageFindings } from "./gate-findings.ts";
import { createPendingUpstream, type PendingUpstream } from "./pending-upstream.ts";
import { createRateFacts } from "./rate-fact.ts";
import { createSourceGaps, type RawGap } from "./source-gaps.ts";

/** What facts are made of: the runbook, what the ledger and the tables say, what the gates found, what was selected. */
export type TriageScope = {
  readonly runbook: Runbook;
  /** Reaches back to the start of the selection's first season. */
  readonly state: WarehouseState;
  readonly findings: TriageFindings;
  readonly selection: Selection;
};

/**
 * The facts of every selected partition, and of those before or upstream of them that a plan would run for them:
 * one set for each failure category of the date. By processor in the runbook's order, then by date.
 */
export function factsOf(scope: TriageScope): readonly PartitionFacts[] {
  const knowledge = gatherKnowledge(scope);
  const periods = new Map(scope.state.calendar.map(({ date, period }) => [date, period]));
  return scope.runbook.processors.flatMap((processor) =>
    unitsOf(knowledge.plan, processor.id).flatMap((date) =>
      partitionFacts(knowledge, { processor, date, period: periods.get(date) ?? "none" }),
    ),
  );
}

type TriageKnowledge = TriageScope & {
  readonly plan: Plan;
  readonly fingerprints: Fingerprints;
  readonly windows: SettledWindows;
  readonly rawGapOf: (processor: string, date: CalendarDate) => RawGap | undefined;
  readonly covered: ReadonlyMap<string, CoveredDate>;
  readonly obstacles: ReadonlyMap<string, string>;
  readonly contaminationOf: (processor: string, date: CalendarDate) => NotedFact;
  readonly rateOf: (processor: string, period: string, row: CoveredDate | undefined) => NotedFact;
  readonly pendingOf: (processor: string, date: CalendarDate) => PendingUpstream | undefined;
};

function gatherKnowledge(scope: TriageScope): TriageKnowledge {
  const { runbook, state, findings } = scope;
  const plan = planBackfill(runbook, state, { ...scope.selection, withUpstream: true, force: false });
  return {
    ...scope,
    plan,
    fingerprints: createFingerprints(runbook, state),
    windows: createSettledWindows(runbook, state),
    rawGapOf: createSourceGaps(runbook, state, findings.gaps ?? []),
    covered: new Map(findings.coverage.map((row) => [`${row.processor} ${row.date}`, row])),
    obstacles: obstaclesOf(plan),
    contaminationOf: createContaminationFacts(findings),
    rateOf: createRateFacts(runbook, findings),
    pendingOf: createPendingUpstream(runbook, state, plan),
  };
}

/** Dates that the plan accounts for; failed ones that a waiver accepts are decided already. */
function unitsOf(plan: Plan, processor: string): readonly CalendarDate[] {
  const run = plan.cells.filter((cell) => cell.processor === processor).flatMap(({ dates }) => dates);
  const skipped = plan.skipped
    .filter((units) => units.processor === processor)
    .filter(({ reason }) => reason.kind === "up-to-date" || reason.kind === "blocked-by")
    .flatMap(({ dates }) => dates);
  return [...run, ...skipped].toSorted();
}

function obstaclesOf(plan: Plan): ReadonlyMap<string, string> {
  return new Map(
    plan.skipped.flatMap(({ processor, dates, reason }) =>
      reason.kind === "blocked-by"
        ? dates.map((date) => [`${processor} ${date}`, reason.command] as const)
        : [],
    ),
  );
}

type Unit = { readonly processor: Processor; readonly date: CalendarDate; readonly period: string };

function partitionFacts(
  knowledge: TriageKnowledge,
  { processor, date, period }: Unit,
): readonly PartitionFacts[] {
  const key = `${processor.id} ${date}`;
  const own = ownReason(processor, date, knowledge);
  const row = knowledge.covered.get(key);
  const error = knowledge.state.ledger.get(processor.id)?.get(date)?.attempt.error;
  const gap = own === undefined ? undefined : knowledge.rawGapOf(processor.id, date);
  const [state, upstream] = [stateFact(own, row, error), upstreamFact(knowledge, { processor, date, gap })];
  const [contamination, rate] = [
    knowledge.contaminationOf(processor.id, date),
    knowledge.rateOf(processor.id, period, row),
  ];
  const notes = {
    state: state.note,
    upstream: upstream.note,
    contamination: contamination.note,
    rate: rate.note,
  };
  return categoriesOf(knowledge.runbook, state.value, row).map(({ value, note }) => ({
    processor: processor.id,
    date,
    period,
    category: value,
    state: state.value,
    upstream: upstream.value,
    contamination: contamination.value,
    rate: rate.value,
    notes: definedOf({ ...notes, category: note }),
    isCurrent: own === undefined,
    obstacle: knowledge.obstacles.get(key) ?? (gap && askSource(knowledge.runbook, gap)),
  }));
}

function stateFact(
  own: UnitReason | undefined,
  row: CoveredDate | undefined,
  error: string | undefined,
): NotedFact {
  if (own === undefined) return untrackedFact(row);
  switch (own.kind) {
    case "missing":
      return { value: "missing", note: undefined };
    case "failed":
      return { value: "failed", note: error };
    case "was-blocked":
      return { value: "blocked", note: error };
    case "content-differs":
    case "verify-again":
      return { value: "content-differs", note: undefined };
    case "upstream-changed":
    case "definition-changed":
    case "forced":
    case "downstream-of":
      return { value: "out-of-date", note: reasonText(own) };
    default:
      return unreachable(own);
  }
}

function untrackedFact(row: CoveredDate | undefined): NotedFact {
  const untracked = row?.untracked ?? 0;
  if (untracked === 0 || row?.status === "check-failed") return { value: "settled", note: undefined };
  return { value: "untracked", note: `${untracked} expected entities have neither row nor failure` };
}

/** Raw rows that are missing only matter to what has to be built: what stands was built from what stood there. */
function upstreamFact(
  { windows, pendingOf }: TriageKnowledge,
  { processor, date, gap: raw }: Pick<Unit, "processor" | "date"> & { readonly gap: RawGap | undefined },
): NotedFact {
  if (raw !== undefined) return { value: "unsettled", note: raw.text };
  const [gap] = windows.unsettledUpstreamOf(processor.id, date);
  if (gap !== undefined) {
    const more = gap.dates.length > 1 ? ` and ${gap.dates.length - 1} more` : "";
    return { value: "unsettled", note: `${gap.processor ?? gap.table} ${gap.dates[0]}${more}` };
  }
  const pending = pendingOf(processor.id, date);
  if (pending === undefined) return { value: "settled", note: undefined };
  return { value: "unsettled", note: `${pending.processor} ${pending.date} is out of date` };
}

/** The categories of a date with their counts, in the runbook's order; `none` when it has no failures. */
function categoriesOf(runbook: Runbook, state: string, row: CoveredDate | undefined): readonly NotedFact[] {
  const found = runbook.categories.flatMap(({ id, level }): readonly NotedFact[] => {
    const count = row?.categories[id] ?? 0;
    if (level === "date") return state === "blocked" ? [{ value: id, note: undefined }] : [];
    return count === 0 ? [] : [{ value: id, note: `${count} entities` }];
  });
  return found.length === 0 ? [{ value: "none", note: undefined }] : found;
}

function definedOf<Key extends string>(
  notes: Readonly<Record<Key, string | undefined>>,
): Readonly<Partial<Record<Key, string>>> {
  const defined = Object.entries(notes).filter(([, note]) => note !== undefined);
  return Object.fromEntries(defined) as Partial<Record<Key, string>>;
}
