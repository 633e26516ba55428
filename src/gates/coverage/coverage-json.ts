import {
  noMembers,
  type Coverage,
  type CoverageRow,
  type CoverageStatus,
  type MemberCounts,
} from "./coverage-row.ts";
import type { BudgetVerdict } from "../budget/judge-budgets.ts";

/** Members of one processor over the dates of one period; the status is the worst of its dates. */
export type CoverageTotal = MemberCounts & {
  readonly processor: string;
  readonly period: string;
  readonly dates: number;
  readonly status: CoverageStatus;
};

/** Statuses from best to worst. */
const ranks: readonly CoverageStatus[] = [
  "ok",
  "not-eligible",
  "partial",
  "blocked",
  "untracked",
  "check-failed",
];

/** Totals per processor and period, in the order of the rows. */
export function totalCoverage(rows: readonly CoverageRow[]): readonly CoverageTotal[] {
  const groups = Map.groupBy(rows, ({ processor, period }) => `${processor} ${period}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { processor, period } = first;
    return [{ ...addCounts(group), processor, period, dates: group.length, status: worstOf(group) }];
  });
}

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

/** What `coverage --json` prints. `strays` are days off the calendar on which rows or failures stand. */
export function coverageJson(coverage: Coverage, budgets: readonly BudgetVerdict[]): object {
  return {
    rows: coverage.rows.map(({ processor, date, status, ...counts }) => {
      return { processor, date, ...accounts(counts), status, ...findings(counts) };
    }),
    totals: totalCoverage(coverage.rows).map(({ processor, period, dates, status, ...counts }) => {
      return { processor, period, dates, ...accounts(counts), status, ...findings(counts) };
    }),
    budgets: budgets.map(({ processor, period, expected, explained, rate, maximum, verdict }) => {
      return { processor, period, expected, explained, rate, maximum: maximum ?? null, verdict };
    }),
    strays: coverage.strays,
    failed: coverage.failed,
  };
}

function accounts({ expected, present, explained, waived, untracked }: MemberCounts): object {
  return { expected, present, explained, waived, untracked };
}

function findings({ categories, phantom, unexpected }: MemberCounts): object {
  return { categories, phantom, unexpected };
}

function worstOf(rows: readonly CoverageRow[]): CoverageStatus {
  const worst = Math.max(...rows.map(({ status }) => ranks.indexOf(status)));
  return ranks[worst] ?? "ok";
}

function addCategories(
  left: Readonly<Record<string, number>>,
  right: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const sums: Record<string, number> = { ...left };
  for (const [category, count] of Object.entries(right)) sums[category] = (sums[category] ?? 0) + count;
  return sums;
}
