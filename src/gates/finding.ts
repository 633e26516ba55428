import type { Runbook } from "../runbook/runbook.ts";

/**
 * What kind of thing was found, from the plainest to the one that follows most often from others: a table of another
 * shape; rows that break a rule; rows that are absent; rows that nobody accounts for; values; rows that were not
 * committed; no rows at all; a column without variety; tables that contradict each other; a distribution; what was built from it and
 * is out of date; what takes that over; a question that failed; a rate.
 */
export const findingKinds = [
  "shape",
  "row",
  "absent",
  "account",
  "value",
  "content",
  "no-data",
  "constant",
  "relation",
  "distribution",
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
  /** For people: the place, a colon and what was found there. */
  readonly text: string;
};

/**
 * The finding that most probably caused the others: that of the table that stands first in the cascade (sources in the
 * runbook's order, then processors), there the plainest, and of these the earliest. Undefined when there is none.
 */
export function firstFinding(runbook: Runbook, findings: readonly Finding[]): Finding | undefined {
  const ranks = tableRanks(runbook);
  const [first] = findings.toSorted(
    (left, right) =>
      rankOf(ranks, left) - rankOf(ranks, right) ||
      findingKinds.indexOf(left.kind) - findingKinds.indexOf(right.kind) ||
      compareTexts(left.date ?? "", right.date ?? ""),
  );
  return first;
}

/** Of some tables the one that stands last in the cascade: what contradicts another table may only have read it. */
export function lastTable(runbook: Runbook, tables: readonly string[]): string {
  const ranks = tableRanks(runbook);
  const [last = ""] = tables.toSorted((left, right) => (ranks.get(right) ?? 0) - (ranks.get(left) ?? 0));
  return last;
}

/** The calendar stands where its first origin stands. */
function tableRanks({ sources, processors, calendar }: Runbook): ReadonlyMap<string, number> {
  const ranks = new Map<string, number>();
  for (const { table } of [...sources, ...processors]) ranks.set(table, ranks.size);
  const origins = calendar.origin.kind === "query" ? calendar.origin.reads : [];
  return ranks.set(calendar.table, Math.min(ranks.size, ...origins.map((table) => ranks.get(table) ?? 0)));
}

function rankOf(ranks: ReadonlyMap<string, number>, { table }: Finding): number {
  return ranks.get(table) ?? ranks.size;
}

function compareTexts(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
