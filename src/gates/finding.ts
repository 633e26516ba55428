import type { Runbook } from "../runbook/runbook.ts";

/**
 * What kind of thing was found, from the plainest to the one that follows most often from others: a table of another
 * shape; rows that break a rule; an attempt that failed, or left no record; rows that are absent; rows that nobody accounts for; values; rows that were not
 * committed; no rows at all; a column without variety; tables that contradict each other; a distribution; far fewer rows than usual; what was built from it and
 * is out of date; what takes that over; a question that failed; a rate.
 */
const findingKinds = [
  "shape",
  "row",
  "attempt",
  "absent",
  "account",
  "value",
  "content",
  "no-data",
  "constant",
  "relation",
  "distribution",
  "volume",
  "upstream",
  "through",
  "check-failed",
  "rate",
] as const;

/** One thing that a gate found, at the place where it lies: of a partition that is out of date, that is its upstream. */
export type Finding = {
  readonly kind: (typeof findingKinds)[number];
  readonly table: string;
  /** Undefined when it concerns the whole table or range. */
  readonly date: string | undefined;
  /** For people: the processor, table or tables; empty when what was found names its place itself. */
  readonly place: string;
  /** For people: what was found there. */
  readonly found: string;
};

/** A finding as one sentence: place, date, and what was found there. */
export function findingText({ place, date, found }: Pick<Finding, "place" | "date" | "found">): string {
  if (place === "") return found;
  return `${date === undefined ? place : `${place} ${date}`}: ${found}`;
}

/**
 * The finding that most probably caused the others: that of the table that stands first in the cascade (sources in the
 * runbook's order, then processors), there the plainest, and of these the earliest. Undefined when there is none.
 */
export function firstFinding<Found extends Finding>(
  runbook: Runbook,
  findings: readonly Found[],
): Found | undefined {
  const ranks = tableRanks(runbook);
  const [first] = findings.toSorted(
    (left, right) =>
      rankOf(ranks, left) - rankOf(ranks, right) ||
      findingKinds.indexOf(left.kind) - findingKinds.indexOf(right.kind) ||
      compareTexts(left.date ?? "", right.date ?? ""),
  );
  return first;
}

/** Some tables in the order of the cascade; unknown ones first. What contradicts the others may only have read them. */
export function inCascadeOrder(runbook: Runbook, tables: readonly string[]): readonly string[] {
  const ranks = tableRanks(runbook);
  return tables.toSorted((left, right) => (ranks.get(left) ?? -1) - (ranks.get(right) ?? -1));
}

/** The calendar stands right behind the first of its origins. */
function tableRanks({ sources, processors, calendar }: Runbook): ReadonlyMap<string, number> {
  const ranks = new Map<string, number>();
  for (const { table } of [...sources, ...processors]) ranks.set(table, ranks.size);
  const { origin } = calendar;
  const origins = origin.kind === "query" ? origin.reads : (origin.holidays ?? []);
  return ranks.set(
    calendar.table,
    Math.min(...origins.map(({ table }) => ranks.get(table) ?? 0), ranks.size) + 0.5,
  );
}

function rankOf(ranks: ReadonlyMap<string, number>, { table }: Finding): number {
  return ranks.get(table) ?? ranks.size;
}

function compareTexts(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
