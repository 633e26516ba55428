import { isUncounted } from "../../domain/accounts.ts";
import { everyDate, type CalendarDate } from "../../domain/calendar-date.ts";
import { noMembers, type CoverageRow } from "../../gates/coverage/coverage-row.ts";
import type { ReportFacts } from "../facts.ts";
import type { PartitionSeries } from "../model.ts";
import { letterOf, type PartitionStatus } from "../partition-status.ts";
import { unitsOf, type Units } from "./units.ts";

/** The partitions of every reported processor, an entry per date. */
export function buildPartitions(
  facts: ReportFacts,
  processors: readonly string[],
): readonly PartitionSeries[] {
  const pending = unitsOf(facts.pending?.cells ?? []);
  const blocked = unitsOf(
    (facts.pending?.skipped ?? []).filter(({ reason }) => reason.kind === "blocked-by"),
  );
  const frozen = unitsOf((facts.pending?.skipped ?? []).filter(({ reason }) => reason.kind === "frozen"));
  const unknown = unknownUnits(facts, pending);
  const held = heldUnits(facts);
  const rows = Map.groupBy(facts.gates.coverage?.rows ?? [], ({ processor }) => processor);
  return processors.map((processor) => {
    const byDate = new Map((rows.get(processor) ?? []).map((row) => [row.date, row]));
    const attempts = facts.history.newest.get(processor);
    return seriesOf(facts, processor, (date) => ({
      row: byDate.get(date),
      attempt: attempts?.get(date)?.status,
      isUnknown: unknown.has(processor, date),
      isPending: pending.has(processor, date),
      isBlocked: blocked.has(processor, date),
      isHeld: held.has(processor, date),
      isFrozen: frozen.has(processor, date),
    }));
  });
}

/** What gates hold back, by the processors whose tables they name. */
function heldUnits({ runbook, held = [] }: ReportFacts): Units {
  const processors = new Map<string, string>(runbook.processors.map(({ id, table }) => [table, id]));
  return unitsOf(held.map(({ table, dates }) => ({ processor: processors.get(table) ?? table, dates })));
}

/**
 * Units of cells that were planned and left no record: those that are known to be lost, and of a run that was stopped
 * those that are still to build and that it did not attempt. What a cell looked at and left alone is not among them.
 */
export function unknownUnits(
  { context, history, lost = [], stopped = [] }: ReportFacts,
  pending: Units,
): Units {
  const { runId } = context;
  const open = stopped.map(({ processor, dates }) => {
    const attempts = history.newest.get(processor);
    return {
      processor,
      dates: dates.filter((date) => attempts?.get(date)?.runId !== runId && pending.has(processor, date)),
    };
  });
  return unitsOf([...lost, ...open]);
}

/** What stands of a processor on a day that is none of its own, where it has a partition a week or month. */
const nothing: Partition = {
  row: { ...noMembers, processor: "", date: everyDate.from, period: "", status: "ok" },
  attempt: undefined,
  isUnknown: false,
  isPending: false,
  isBlocked: false,
  isHeld: false,
  isFrozen: false,
};

type Partition = {
  readonly row: CoverageRow | undefined;
  readonly attempt: "committed" | "failed" | "blocked" | undefined;
  readonly isUnknown: boolean;
  readonly isPending: boolean;
  readonly isBlocked: boolean;
  readonly isHeld: boolean;
  readonly isFrozen: boolean;
};

function seriesOf(
  { days, own }: ReportFacts,
  processor: string,
  partitionOf: (date: CalendarDate) => Partition,
): PartitionSeries {
  const dates = own?.get(processor);
  const partitions = days.map(({ date }) => (dates?.has(date) === false ? nothing : partitionOf(date)));
  function counts(field: "expected" | "present" | "explained" | "waived" | "untracked"): readonly number[] {
    return partitions.map(({ row }) => row?.[field] ?? 0);
  }
  return {
    processor,
    statuses: partitions.map((partition) => letterOf(statusOf(partition))).join(""),
    expected: counts("expected"),
    present: counts("present"),
    explained: counts("explained"),
    waived: counts("waived"),
    untracked: counts("untracked"),
    ...(partitions.some(({ row }) => row?.uncounted !== undefined) ? { isUncounted: true } : {}),
    categories: categoriesOf(partitions),
  };
}

/** Statuses of what stands as it was built, so that only a gate can have something against it. */
const standing: ReadonlySet<PartitionStatus> = new Set([
  "skipped",
  "complete",
  "not-eligible",
  "explained",
  "uncounted",
  "waived",
  "frozen",
  "not-checked",
]);

function statusOf(partition: Partition): PartitionStatus {
  if (partition === nothing) return "none";
  const status = statusWithoutGates(partition);
  return partition.isHeld && standing.has(status) ? "held" : status;
}

function statusWithoutGates(partition: Partition): PartitionStatus {
  const { row, isUnknown, isFrozen } = partition;
  if (isUnknown) return "unknown";
  if (row?.status === "check-failed") return "check-failed";
  if (isWaived(row)) return "waived";
  return isFrozen && hasNoGap(row) && isKept(partition) ? "frozen" : statusOfAttempt(partition);
}

/** Whether something was built that stays; an attempt that left nothing is told as what it is. */
function isKept({ row, attempt }: Partition): boolean {
  return attempt === "committed" || (row?.present ?? 0) > 0;
}

function statusOfAttempt({ row, attempt, isPending, isBlocked }: Partition): PartitionStatus {
  if (attempt === "failed") return "failed";
  if (attempt === "blocked" || isBlocked || row?.status === "blocked") return "blocked";
  if (isPending) return "pending";
  return row === undefined ? "not-checked" : statusOfRow(row);
}

function hasNoGap(row: CoverageRow | undefined): boolean {
  return row !== undefined && row.untracked === 0;
}

function isWaived(row: CoverageRow | undefined): boolean {
  return hasNoGap(row) && (row?.waived ?? 0) > 0;
}

function statusOfRow(row: CoverageRow): PartitionStatus {
  if (row.untracked > 0) return "untracked";
  if (isUncounted(row) && row.present + row.explained > 0) return "uncounted";
  if (row.expected === 0) return "skipped";
  if (row.explained === row.expected) return "not-eligible";
  return row.present === row.expected ? "complete" : "explained";
}

function categoriesOf(partitions: readonly Partition[]): PartitionSeries["categories"] {
  const categories: Record<string, (readonly [number, number])[]> = {};
  for (const [index, { row }] of partitions.entries()) {
    for (const [category, count] of Object.entries(row?.categories ?? {})) {
      (categories[category] ??= []).push([index, count]);
    }
  }
  return categories;
}
