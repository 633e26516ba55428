import { isWithin, type CalendarDate, type DateRange } from "../../domain/calendar-date.ts";
import type { Accounts } from "../../domain/accounts.ts";

/**
 * `ok`: every expected row is there; `partial`: the absent ones are explained or waived; `not-eligible`: all expected
 * are explained, or none is expected; `blocked`: the newest attempt waits for its upstream, so nothing counts as present.
 */
export type CoverageStatus = "ok" | "partial" | "not-eligible" | "blocked" | "untracked" | "check-failed";

/** Members by what became of them; `expected = present + explained + waived + untracked`, always. */
export type MemberCounts = Accounts & {
  /** Explained members by failure category. */
  readonly categories: Readonly<Record<string, number>>;
  /** Members with a row and a failure; they count as present. */
  readonly phantom: number;
  /** Rows and failures of entities outside the population. */
  readonly unexpected: number;
};

/** The accounting of one processor on one calendar date. */
export type CoverageRow = MemberCounts & {
  readonly processor: string;
  readonly date: CalendarDate;
  readonly period: string;
  readonly status: CoverageStatus;
  /** The first member that is untracked, phantom or unexpected, in this order; absent when there is none. */
  readonly example?: string;
};

/** Rows or failures on a day that is not on the calendar. */
export type StrayDay = {
  readonly processor: string;
  readonly date: CalendarDate;
  readonly entities: number;
  readonly example: string;
};

/** Coverage of a scope: a row per processor and date, what lies off the calendar, and what could not be asked. */
export type Coverage = {
  readonly rows: readonly CoverageRow[];
  readonly strays: readonly StrayDay[];
  readonly failed: readonly { readonly processor: string; readonly message: string }[];
};

/** The coverage of some days out of that of more; what lies off the calendar counts by the range. */
export function coverageWithin(
  { rows, strays, failed }: Coverage,
  scope: { readonly days: readonly { readonly date: CalendarDate }[]; readonly range: DateRange },
): Coverage {
  const days = new Set(scope.days.map(({ date }) => date));
  return {
    rows: rows.filter(({ date }) => days.has(date)),
    strays: strays.filter(({ date }) => isWithin(date, scope.range)),
    failed,
  };
}

/** Counts of nothing. */
export const noMembers: MemberCounts = {
  expected: 0,
  present: 0,
  explained: 0,
  waived: 0,
  untracked: 0,
  categories: {},
  phantom: 0,
  unexpected: 0,
};

/** Sums of counts, categories included. */
export function addCounts(all: readonly MemberCounts[]): MemberCounts {
  return all.reduce(
    (total, counts) => ({
      expected: total.expected + counts.expected,
      present: total.present + counts.present,
      explained: total.explained + counts.explained,
      waived: total.waived + counts.waived,
      untracked: total.untracked + counts.untracked,
      categories: addCategories(total.categories, counts.categories),
      phantom: total.phantom + counts.phantom,
      unexpected: total.unexpected + counts.unexpected,
    }),
    noMembers,
  );
}

function addCategories(
  left: Readonly<Record<string, number>>,
  right: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const sums: Record<string, number> = { ...left };
  for (const [category, count] of Object.entries(right)) sums[category] = (sums[category] ?? 0) + count;
  return sums;
}
