import { tupleText } from "../../domain/tuple-text.ts";
import type { Finding } from "../../gates/finding.ts";
import { blockedCauses } from "../../plan/units/blocked-causes.ts";
import type { GateKind } from "../../runbook/runbook.ts";
import type { ReportFacts } from "../facts.ts";
import type { PartitionName, PartitionSeries, RootCause } from "../model.ts";
import { independentCauses, readersOf } from "./independent-causes.ts";
import { isBad, statusOfLetter, type PartitionStatus } from "../partition-status.ts";

/**
 * What most probably caused everything that is wrong: the first in the order of the cascade of what gates object to, of
 * attempts that failed or left no record, and of what blocked partitions wait for. Never a partition that only waits:
 * one that is blocked, or that nobody has built yet. What keeps partitions of the lead-in from being built counts where
 * nothing else is wrong. Rates are told by their own sentence. Undefined: there is no cause.
 */
export function findRootCause(
  facts: ReportFacts,
  partitions: readonly PartitionSeries[],
): FoundCause | undefined {
  const world = openWorld(facts, partitions);
  const inSelection: readonly Candidate[] = [
    ...ownFindings(world),
    ...attemptFindings(world),
    ...blockerFindings(facts, ({ date }) => world.isSelected(date)),
  ];
  const candidates: readonly Candidate[] =
    inSelection.length > 0 ? inSelection : blockerFindings(facts, () => true);
  const [first, ...others] = independentCauses(facts.runbook, candidates);
  if (first === undefined) return undefined;
  const { table } = first;
  const alike = candidates.filter((other) => other.table === table && isAlike(other, first));
  const dates = [...new Set(alike.flatMap(({ date }) => date ?? []))].toSorted();
  const waits = readsFrom(facts.runbook, { table, from: dates[0] });
  const { place, found } = first;
  const more = others.length === 0 ? {} : { others: others.length };
  const told = { place, found, dates, waiting: countWaiting(world, waits), ...more };
  return { told, kind: first.kind, check: first.check, processor: world.processors.get(table), waits };
}

/** The root cause, and what a report has to know of it besides what it tells. */
export type FoundCause = {
  readonly told: RootCause;
  readonly kind: Finding["kind"];
  /** The kind of gate that found it; undefined of an attempt, and of what blocked partitions wait for. */
  readonly check: GateKind | undefined;
  /** The processor in whose table it lies; undefined of a source. */
  readonly processor: string | undefined;
  /** Whether a partition lies downstream of it. */
  readonly waits: (partition: PartitionName) => boolean;
};

/** A finding, with the kind of gate that objects. */
type Candidate = Finding & { readonly check?: GateKind };

type World = {
  readonly facts: ReportFacts;
  /** Processors by table. */
  readonly processors: ReadonlyMap<string, string>;
  readonly statusOf: (processor: string, date: string) => PartitionStatus | undefined;
  readonly isSelected: (date: string) => boolean;
  readonly partitions: readonly PartitionSeries[];
};

function openWorld(facts: ReportFacts, partitions: readonly PartitionSeries[]): World {
  const columns = new Map<string, number>(facts.days.map(({ date }, index) => [date, index]));
  const letters = new Map(partitions.map(({ processor, statuses }) => [processor, statuses]));
  return {
    facts,
    partitions,
    processors: new Map(facts.runbook.processors.map(({ id, table }) => [table, id])),
    isSelected: (date) => columns.has(date),
    statusOf(processor, date) {
      const letter = letters.get(processor)?.[columns.get(date) ?? -1];
      return letter === undefined ? undefined : statusOfLetter(letter);
    },
  };
}

/** What gates object to, without rates, and without rows that are absent because nothing could be built there yet. */
function ownFindings({ facts, processors, statusOf }: World): readonly Candidate[] {
  const stood = standing(facts);
  return (facts.objections ?? []).filter(({ kind, table, date }) => {
    const processor = processors.get(table);
    if (kind === "rate") return false;
    if (kind !== "absent" || processor === undefined || date === undefined) return true;
    const status = statusOf(processor, date);
    if (status === "blocked" || status === "failed" || status === "unknown") return false;
    return status !== "pending" || stood.has(tupleText([processor, date]));
  });
}

/** Partitions that were ever committed, or that hold something. */
function standing({ history, gates }: ReportFacts): ReadonlySet<string> {
  const committed = [...history.newest].flatMap(([processor, attempts]) =>
    [...attempts].flatMap(([date, { status }]) =>
      status === "committed" ? [tupleText([processor, date])] : [],
    ),
  );
  const filled = (gates.coverage?.rows ?? []).filter(({ present, explained }) => present + explained > 0);
  return new Set([...committed, ...filled.map(({ processor, date }) => tupleText([processor, date]))]);
}

/** Attempts that failed, by the first line of their error, and planned partitions without a record. */
function attemptFindings({ facts, partitions, statusOf }: World): readonly Finding[] {
  const tables = new Map<string, string>(facts.runbook.processors.map(({ id, table }) => [id, table]));
  return partitions.flatMap(({ processor }) =>
    facts.days.flatMap(({ date }): readonly Finding[] => {
      const status = statusOf(processor, date);
      if (status !== "failed" && status !== "unknown") return [];
      const error = facts.history.newest.get(processor)?.get(date)?.error;
      const found = status === "failed" ? firstLine(error) : "planned, and no result was recorded";
      const table = tables.get(processor) ?? processor;
      return [{ kind: "attempt", table, date, place: processor, found }];
    }),
  );
}

function firstLine(error: string | undefined): string {
  return error?.split("\n").find((line) => line.trim() !== "") ?? "its step failed";
}

/** What the blocked partitions that are asked about wait for. */
function blockerFindings(
  { runbook, pending }: ReportFacts,
  isAsked: (partition: PartitionName) => boolean,
): readonly Finding[] {
  const skipped = (pending?.skipped ?? []).map((unit) => {
    const { processor } = unit;
    return { ...unit, dates: unit.dates.filter((date) => isAsked({ processor, date })) };
  });
  const blocked = skipped.filter(({ dates }) => dates.length > 0);
  const causes = pending === undefined ? [] : blockedCauses(runbook, { ...pending, skipped: blocked });
  return causes.flatMap(({ upstream, dates }) => {
    const processor = runbook.processors.find(({ id }) => id === upstream);
    const found = processor === undefined ? "rows are missing" : "it is to be built first";
    const table = processor?.table ?? upstream;
    return dates.map((date) => ({
      kind: "absent" as const,
      table,
      date,
      place: upstream,
      found,
    }));
  });
}

/** Whether two findings differ by numbers and examples only. */
function isAlike(left: Finding, right: Finding): boolean {
  return left.kind === right.kind && patternOf(left) === patternOf(right);
}

function patternOf({ place, found }: Finding): string {
  return tupleText([place, found.replace(/, first .*$/s, "").replaceAll(/\d+/g, "0")]);
}

/** Tells the partitions that read a table from a date on, directly or through others. */
function readsFrom(
  runbook: ReportFacts["runbook"],
  { table, from = "" }: { readonly table: string; readonly from: string | undefined },
): FoundCause["waits"] {
  const readers = new Set(readersOf(runbook, table));
  return ({ processor, date }) => readers.has(processor) && date >= from;
}

/** Partitions downstream of the cause that are not as they should be. */
function countWaiting({ facts, partitions }: World, waits: FoundCause["waits"]): number {
  const units = partitions.flatMap(({ processor, statuses }) =>
    facts.days.filter(
      ({ date }, index) => waits({ processor, date }) && isWaiting(statusOfLetter(statuses[index])),
    ),
  );
  return units.length;
}

function isWaiting(status: PartitionStatus): boolean {
  return isBad(status) && status !== "not-checked";
}
