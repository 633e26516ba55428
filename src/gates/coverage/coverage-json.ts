import { isUncounted } from "../../domain/accounts.ts";
import { tupleText } from "../../domain/tuple-text.ts";
import {
  addCounts,
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
  "uncounted",
  "blocked",
  "untracked",
  "check-failed",
];

/** Totals per processor and period, in the order of the rows. */
export function totalCoverage(rows: readonly CoverageRow[]): readonly CoverageTotal[] {
  const groups = Map.groupBy(rows, ({ processor, period }) => tupleText([processor, period]));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { processor, period } = first;
    return [{ ...addCounts(group), processor, period, dates: group.length, status: worstOf(group) }];
  });
}

/** What `coverage --json` prints. `strays` are days off the calendar on which rows or failures stand. */
export function coverageJson(coverage: Coverage, budgets: readonly BudgetVerdict[]): object {
  return {
    rows: coverage.rows.map(({ processor, date, status, because, ...counts }) => {
      const accepted = because === undefined ? {} : { because };
      return { processor, date, ...accounts(counts), status, ...findings(counts), ...accepted };
    }),
    totals: totalCoverage(coverage.rows).map(({ processor, period, dates, status, ...counts }) => {
      return { processor, period, dates, ...accounts(counts), status, ...findings(counts) };
    }),
    budgets: budgets.map(({ processor, period, expected, explained, rate, maximum, verdict }) => {
      const counted = { expected: expected ?? null, explained, rate: rate ?? null };
      return { processor, period, ...counted, maximum: maximum ?? null, verdict };
    }),
    strays: coverage.strays,
    failed: coverage.failed,
  };
}

function accounts(counts: MemberCounts): object {
  const { expected, present, explained, waived, untracked } = counts;
  return { expected: isUncounted(counts) ? null : expected, present, explained, waived, untracked };
}

function findings({ categories, phantom, unexpected, accepted }: MemberCounts): object {
  return { categories, phantom, unexpected, ...(accepted === 0 ? {} : { accepted }) };
}

function worstOf(rows: readonly CoverageRow[]): CoverageStatus {
  const worst = Math.max(...rows.map(({ status }) => ranks.indexOf(status)));
  return ranks[worst] ?? "ok";
}
