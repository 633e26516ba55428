import { tupleText } from "../../domain/tuple-text.ts";
import { ofData } from "../../gates/contamination/taint.ts";
import type { CoverageRow } from "../../gates/coverage/coverage-row.ts";
import type { BudgetVerdict } from "../../gates/budget/judge-budgets.ts";
import { sumAccounts, type Accounts } from "../../domain/accounts.ts";
import type { ReportFacts } from "../facts.ts";
import type { PeriodResult, ReportPeriod, ResultVerdict } from "../model.ts";
import { countOf, formatCount, rateOf } from "../../domain/format.ts";

/** One result per reported processor and period of the range. */
export function buildResults(
  facts: ReportFacts,
  { processors, periods }: { processors: readonly string[]; periods: readonly ReportPeriod[] },
): readonly PeriodResult[] {
  const dates = new Set<string>(facts.days.map(({ date }) => date));
  const rows = (facts.gates.coverage?.rows ?? []).filter(({ date }) => dates.has(date));
  const groups = Map.groupBy(rows, ({ processor, period }) => tupleText([processor, period]));
  const tainted = countTainted(facts);
  return processors.flatMap((processor) =>
    periods.map((period) => {
      const own = groups.get(tupleText([processor, period.id])) ?? [];
      const count = tainted.get(tupleText([processor, period.id])) ?? 0;
      return {
        ...resultOf(facts, { processor, period, rows: own }),
        ...(count > 0 ? { tainted: count } : {}),
      };
    }),
  );
}

/** Tainted dates of the range by processor and period. */
function countTainted(facts: ReportFacts): ReadonlyMap<string, number> {
  const periods = new Map<string, string>(facts.days.map(({ date, period }) => [date, period]));
  const counts = new Map<string, number>();
  for (const { processor, date } of ofData(facts.gates.contamination?.taints ?? [])) {
    const period = periods.get(date);
    if (period === undefined) continue;
    const key = tupleText([processor, period]);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

type Cell = {
  readonly processor: string;
  readonly period: ReportPeriod;
  readonly rows: readonly CoverageRow[];
};

function resultOf(facts: ReportFacts, { processor, period, rows }: Cell): PeriodResult {
  const budget = facts.gates.budget?.verdicts.find(
    (known) => known.processor === processor && known.period === period.id,
  );
  const accounts = sumAccounts(rows);
  const failure = facts.gates.coverage?.failed.find((failed) => failed.processor === processor);
  const verdict = verdictOf(budget, { isCounted: rows.length > 0, hasFailed: failure !== undefined });
  return {
    processor,
    period: period.id,
    dates: period.dates,
    ...accounts,
    verdict,
    rate: rateOf(accounts),
    expectedRate: budget?.expectedRate,
    maximum: budget?.maximum,
    ...extentOf(budget),
    note: [
      failure?.message ?? noteOf(budget),
      ...causesOf(facts, { processor, period, explained: accounts.explained }),
    ]
      .filter((text) => text !== "")
      .join("; "),
    categories: sumCategories(rows),
  };
}

function extentOf(budget: BudgetVerdict | undefined): Pick<PeriodResult, "leftOut" | "expectedRows"> {
  if (budget === undefined) return {};
  const { leftOut, expectedRows } = budget;
  if (leftOut > 0) return { leftOut };
  return expectedRows === undefined ? {} : { expectedRows };
}

/** How many of the failures of an exceeded budget each cause explains. */
function causesOf(
  { causes = [] }: ReportFacts,
  { processor, period, explained }: Pick<Cell, "processor" | "period"> & Pick<Accounts, "explained">,
): readonly string[] {
  return causes
    .filter((cause) => cause.processor === processor && cause.period === period.id)
    .map(({ cause, failures }) => `${cause}: ${formatCount(failures)} of ${countOf(explained, "failure")}`);
}

function verdictOf(
  budget: BudgetVerdict | undefined,
  { isCounted, hasFailed }: { isCounted: boolean; hasFailed: boolean },
): ResultVerdict {
  if (hasFailed) return "check-failed";
  if (!isCounted) return "not-checked";
  return budget?.verdict ?? "not-checked";
}

function noteOf(budget: BudgetVerdict | undefined): string {
  if (budget === undefined) return "";
  if (budget.verdict === "exceeded") return budget.exceeded?.text ?? "";
  if (budget.verdict === "exceeded (waived)") return `waived by ${budget.waiver ?? "a waiver"}`;
  if (budget.verdict === "unexpected-category") {
    const found = Object.entries(budget.unexpectedCategories).map(([id, count]) => `${id} ${count}`);
    return `not allowed: ${found.join(", ")}`;
  }
  if (budget.verdict !== "provisional") return "";
  if (budget.leftOut > 0) return `${countOf(budget.leftOut, "date")} of the period left out`;
  const [first] = budget.openDates;
  return first === undefined ? "" : `waits for ${countOf(budget.openDates.length, "date")}, first ${first}`;
}

function sumCategories(rows: readonly Pick<CoverageRow, "categories">[]): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const { categories } of rows) {
    for (const [category, count] of Object.entries(categories))
      sums[category] = (sums[category] ?? 0) + count;
  }
  return sums;
}
