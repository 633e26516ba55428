import { tupleText } from "../domain/tuple-text.ts";
import type { CalendarDate } from "../domain/calendar-date.ts";
import { formatSome } from "../domain/format.ts";
import { unreachable } from "../errors.ts";
import { everyOf, ownDays } from "../plan/calendar/own-days.ts";
import { ownReason } from "../plan/versions/own-reason.ts";
import { planBackfill } from "../plan/plan-backfill.ts";
import { reasonText } from "../plan/approval/plan-json.ts";
import { isBuilt, type Plan, type Selection, type UnitReason, type WarehouseState } from "../plan/plan.ts";
import { createSettledWindows, type SettledWindows } from "../plan/versions/settled-windows.ts";
import { createFingerprints, type Fingerprints } from "../plan/versions/window-fingerprint.ts";
import type { Processor, Runbook } from "../runbook/runbook.ts";
import { askGate, showGaps, showWhy } from "../plan/units/plan-commands.ts";
import { createContaminationFacts, type NotedFact } from "./contamination-fact.ts";
import type { PartitionFacts } from "./decision.ts";
import type { CoveredDate, TriageFindings } from "./gate-findings.ts";
import { prospectsOf } from "./prospects.ts";
import { createRateFacts } from "./rate-fact.ts";
import { periodAround, withdrawnFacts } from "./withdrawn-facts.ts";
import {
  createStuckPartitions,
  searchHeld,
  searchPending,
  searchSourceGaps,
  type SourceGapSearch,
  type StuckPartitions,
  type UpstreamPartition,
  type UpstreamSearch,
} from "./upstream-search.ts";

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
  return scope.runbook.processors.flatMap((processor) => {
    const days = ownDays(scope.state.calendar, everyOf(processor));
    const periods = new Map(days.map(({ date, period }) => [date, period]));
    const frozen = scope.state.frozen?.get(processor.id);
    // What stands on a date that has left the calendar by expiry stays as it is: nobody decides about it.
    const units = unitsOf(knowledge.plan, processor.id).filter(
      (date) => periods.has(date) || frozen?.has(date) !== true,
    );
    return units.flatMap((date) =>
      partitionFacts(knowledge, {
        processor,
        date,
        period: periods.get(date) ?? periodAround(scope.runbook, date),
      }),
    );
  });
}

type TriageKnowledge = TriageScope & {
  readonly plan: Plan;
  readonly fingerprints: Fingerprints;
  readonly windows: SettledWindows;
  readonly findRawGap: SourceGapSearch;
  readonly findHeld: UpstreamSearch;
  readonly findPending: UpstreamSearch;
  /** The gates that object to a partition, by table and date. */
  readonly holders: ReadonlyMap<string, readonly string[]>;
  readonly covered: ReadonlyMap<string, CoveredDate>;
  readonly obstacles: ReadonlyMap<string, string>;
  readonly stuck: StuckPartitions;
  readonly contaminationOf: (processor: string, date: CalendarDate) => NotedFact;
  readonly rateOf: (processor: string, period: string, row: CoveredDate | undefined) => NotedFact;
};

function gatherKnowledge(scope: TriageScope): TriageKnowledge {
  const { runbook, state, findings } = scope;
  const plan = planBackfill(runbook, state, { ...scope.selection, withUpstream: true, force: false });
  return {
    ...scope,
    plan,
    fingerprints: createFingerprints(runbook, state),
    windows: createSettledWindows(runbook, state),
    findRawGap: searchSourceGaps(scope, findings.gaps ?? []),
    findHeld: searchHeld(scope, findings.held ?? []),
    findPending: searchPending(scope, plan),
    holders: holdersOf(findings),
    covered: new Map(findings.coverage.map((row) => [tupleText([row.processor, row.date]), row])),
    obstacles: obstaclesOf(plan),
    stuck: createStuckPartitions(scope),
    contaminationOf: createContaminationFacts(findings),
    rateOf: createRateFacts(runbook, findings),
  };
}

function holdersOf({ held = [] }: TriageFindings): ReadonlyMap<string, readonly string[]> {
  const holders = new Map<string, string[]>();
  for (const { gate, table, dates } of held) {
    for (const date of dates)
      holders.set(tupleText([table, date]), [...(holders.get(tupleText([table, date])) ?? []), gate]);
  }
  return holders;
}

/** Dates that the plan accounts for; failed ones that a waiver accepts are decided already. */
function unitsOf(plan: Plan, processor: string): readonly CalendarDate[] {
  const run = plan.cells.filter((cell) => cell.processor === processor).flatMap(({ dates }) => dates);
  const skipped = plan.skipped
    .filter((units) => units.processor === processor)
    .filter(({ reason }) => isBuilt(reason) || reason.kind === "blocked-by")
    .flatMap(({ dates }) => dates);
  return [...run, ...skipped].toSorted();
}

function obstaclesOf(plan: Plan): ReadonlyMap<string, string> {
  return new Map(
    plan.skipped.flatMap(({ processor, dates, reason }) =>
      reason.kind === "blocked-by"
        ? dates.map((date) => [tupleText([processor, date]), reason.command] as const)
        : [],
    ),
  );
}

type Unit = { readonly processor: Processor; readonly date: CalendarDate; readonly period: string };

function partitionFacts(
  knowledge: TriageKnowledge,
  { processor, date, period }: Unit,
): readonly PartitionFacts[] {
  const key = tupleText([processor.id, date]);
  const own = ownReason(processor, date, knowledge);
  const row = knowledge.covered.get(key);
  const error = knowledge.state.ledger.get(processor.id)?.get(date)?.attempt.error;
  const { failsAgain, isRepeated } = prospectsOf({ ...knowledge, processor, date }, own);
  if (own?.kind === "withdrawn") return [withdrawnFacts({ processor: processor.id, date, period })];
  const upstream = upstreamFact(knowledge, { processor, date }, own !== undefined);
  const [state, held] = [stateFact(own, row, error), heldFact(knowledge, { processor, date })];
  const [contamination, rate] = [
    knowledge.contaminationOf(processor.id, date),
    knowledge.rateOf(processor.id, period, row),
  ];
  const obstacle =
    knowledge.obstacles.get(key) ?? upstream.obstacle ?? knowledge.stuck.commandBefore(processor.id, date);
  const showOwn = failsAgain ? showWhy(knowledge.runbook, { name: processor.id, date }) : undefined;
  const shows = (upstream.value === "unsettled" ? obstacle : undefined) ?? showOwn;
  if (shows !== undefined)
    knowledge.stuck.add({ table: processor.table, processor: processor.id, date }, shows);
  const notes = {
    state: state.note,
    upstream: upstream.note,
    held: held.note,
    contamination: contamination.note,
    rate: rate.note,
  };
  return categoriesOf(knowledge.runbook, state.value, row).map(({ value, note }) => ({
    processor: processor.id,
    date,
    period,
    category: value,
    state: state.value,
    failure: own?.kind === "failed" ? (isRepeated ? "repeated" : "first") : "none",
    upstream: upstream.value,
    held: held.value,
    contamination: contamination.value,
    rate: rate.value,
    notes: definedOf({ ...notes, category: note }),
    isCurrent: own === undefined,
    isRepeated,
    obstacle,
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
    case "withdrawn":
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

function heldFact(
  { holders }: TriageKnowledge,
  { processor, date }: Pick<Unit, "processor" | "date">,
): NotedFact {
  const gates = holders.get(tupleText([processor.table, date]));
  return gates === undefined
    ? { value: "free", note: undefined }
    : { value: "held", note: `by ${gates.length === 1 ? "gate" : "gates"} ${gates.join(", ")}` };
}

type UpstreamFact = NotedFact & { readonly obstacle?: string | undefined };

/**
 * Raw rows that are missing and partitions that a gate holds back only matter to what has to be built: what stands was
 * built from what stood there.
 */
function upstreamFact(
  knowledge: TriageKnowledge,
  { processor, date }: Pick<Unit, "processor" | "date">,
  isDue: boolean,
): UpstreamFact {
  if (knowledge.state.frozen?.get(processor.id)?.has(date) === true) {
    return { value: "settled", note: "what it was built from has expired" };
  }
  const raw = isDue ? knowledge.findRawGap(processor.id, date) : undefined;
  if (raw !== undefined) {
    const range = { from: raw.date, to: raw.date };
    const command = askGate(knowledge.runbook, { asks: raw.asks, range });
    return unsettled(`${raw.table} lacks rows on ${raw.date}`, command);
  }
  const [gap] = knowledge.windows.unsettledUpstreamOf(processor.id, date);
  if (gap !== undefined) {
    const dates = formatSome(gap.dates, { limit: 1 });
    return unsettled(`${gap.processor ?? gap.table} ${dates}`, undefined);
  }
  const pending = knowledge.findPending(processor.id, date);
  if (pending !== undefined) return pendingFact(knowledge, pending);
  const held = isDue ? knowledge.findHeld(processor.id, date) : undefined;
  return held === undefined ? { value: "settled", note: undefined } : heldUpstream(knowledge, held);
}

function pendingFact(
  { obstacles }: TriageKnowledge,
  { table, processor, date }: UpstreamPartition,
): UpstreamFact {
  const name = processor ?? table;
  return unsettled(`${name} ${date} is out of date`, obstacles.get(tupleText([name, date])));
}

function heldUpstream(
  { runbook, holders }: TriageKnowledge,
  { table, processor, date }: UpstreamPartition,
): UpstreamFact {
  const note = `${processor ?? table} ${date} is held by ${(holders.get(tupleText([table, date])) ?? []).join(", ")}`;
  const command =
    processor === undefined
      ? showGaps(runbook, { from: date, to: date })
      : showWhy(runbook, { name: processor, date });
  return unsettled(note, command);
}

function unsettled(note: string, obstacle: string | undefined): UpstreamFact {
  return { value: "unsettled", note, obstacle };
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
