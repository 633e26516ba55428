import type { CalendarDate } from "../../domain/calendar-date.ts";
import { isUncounted, sumAccounts, type Accounts } from "../../domain/accounts.ts";

/**
 * `ok`: every expected row is there; `partial`: the absent ones are explained or waived; `not-eligible`: all expected
 * are explained, or none is expected; `uncounted`: no population says what is expected; `blocked`: the newest attempt
 * waits for its upstream, so nothing counts as present.
 */
export type CoverageStatus =
  | "ok"
  | "partial"
  | "not-eligible"
  | "uncounted"
  | "blocked"
  | "untracked"
  | "check-failed";

/** Members by what became of them; `expected = present + explained + waived + untracked`, always. */
export type MemberCounts = Accounts & {
  /** Explained members by failure category. */
  readonly categories: Readonly<Record<string, number>>;
  /** Members with a row and a failure; they count as present. */
  readonly phantom: number;
  /** Rows and failures of entities outside the population. */
  readonly unexpected: number;
  /** Members that would be phantom or unexpected, and that a waiver accepts. */
  readonly accepted: number;
};

/** The accounting of one processor on one calendar date. */
export type CoverageRow = MemberCounts & {
  readonly processor: string;
  readonly date: CalendarDate;
  readonly period: string;
  readonly status: CoverageStatus;
  /** The first member that is untracked, phantom or unexpected, in this order; absent when there is none. */
  readonly example?: string;
  /** By which waivers members are accepted; absent where none is. */
  readonly because?: string;
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
  accepted: 0,
};

/** Sums of counts, categories included. */
export function addCounts(all: readonly MemberCounts[]): MemberCounts {
  const others = all.reduce(
    (total, counts) => ({
      categories: addCategories(total.categories, counts.categories),
      phantom: total.phantom + counts.phantom,
      unexpected: total.unexpected + counts.unexpected,
      accepted: total.accepted + counts.accepted,
    }),
    { categories: {}, phantom: 0, unexpected: 0, accepted: 0 } satisfies Omit<MemberCounts, keyof Accounts>,
  );
  return { ...sumAccounts(all), ...others };
}

function addCategories(
  left: Readonly<Record<string, number>>,
  right: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const sums: Record<string, number> = { ...left };
  for (const [category, count] of Object.entries(right)) sums[category] = (sums[category] ?? 0) + count;
  return sums;
}

/** What a coverage without findings says: of processors without a population nobody knows what is expected. */
export function accountedText(rows: readonly CoverageRow[]): string {
  const unknown = [...new Set(rows.filter(isUncounted).map(({ processor }) => processor))];
  if (unknown.length === 0) return "every expected row is accounted for";
  const text = `what is expected of ${unknown.join(", ")} is unknown: no population says it`;
  return rows.every(isUncounted) ? text : `every expected row is accounted for; ${text}`;
}

/** What is told of members that should not be there and are accepted. */
export function acceptedText({ accepted, because = "" }: CoverageRow): string {
  return `${accepted} with both a row and a failure, or that nobody expects; ${because}`;
}
