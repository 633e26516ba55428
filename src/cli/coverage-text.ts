import { totalCoverage, type CoverageTotal } from "../gates/coverage/coverage-json.ts";
import type { Coverage } from "../gates/coverage/coverage-row.ts";
import type { BudgetVerdict } from "../gates/budget/judge-budgets.ts";
import type { Runbook } from "../runbook/runbook.ts";
import { formatCount, formatRate, formatTable, paint } from "./terminal.ts";

/** 3 when a check could not be made, 1 on unaccounted rows or exceeded budgets, else 0. */
export function exitCodeOf(coverage: Coverage, budgets: readonly BudgetVerdict[]): number {
  if (coverage.failed.length > 0) return 3;
  return coverage.rows.some(isTroubled) || budgets.some(isOff) ? 1 : 0;
}

function isOff({ verdict }: BudgetVerdict): boolean {
  return verdict === "exceeded" || verdict === "unexpected-category";
}

function isTroubled({ untracked, phantom, unexpected, status }: Coverage["rows"][number]): boolean {
  return status !== "untracked" && status !== "blocked" ? phantom + unexpected > 0 : untracked > 0;
}

/** The table processor × period, the accounting line, and what to type next. */
export function coverageText(
  runbook: Runbook,
  coverage: Coverage,
  budgets: readonly BudgetVerdict[],
): string {
  const totals = totalCoverage(coverage.rows);
  const rows = totals.map((total) => totalRow(runbook, total, budgets));
  const table = formatTable([head, ...rows]);
  return [table, "", ...accountingLines(totals), "", ...nextSteps(coverage, budgets)].join("\n");
}

const head = [
  "processor",
  "period",
  "expected",
  "present",
  "explained",
  "untracked",
  "failure rate",
  "maximum",
  "verdict",
  "explained by",
];

function totalRow(
  runbook: Runbook,
  total: CoverageTotal,
  budgets: readonly BudgetVerdict[],
): readonly string[] {
  const budget = budgets.find(
    ({ processor, period }) => processor === total.processor && period === total.period,
  );
  const period = runbook.periods.find(({ id }) => id === total.period);
  const categories = Object.entries(total.categories).map(
    ([category, count]) => `${category} ${formatCount(count)}`,
  );
  return [
    total.processor,
    period === undefined ? total.period : `${period.id} ${period.title}`,
    formatCount(total.expected),
    formatCount(total.present),
    formatCount(total.explained),
    formatCount(total.untracked),
    formatRate(budget?.rate ?? 0),
    budget?.maximum === undefined ? "none" : formatRate(budget.maximum),
    budget?.verdict ?? "no-expectation",
    categories.join(", "),
  ];
}

function accountingLines(totals: readonly CoverageTotal[]): readonly string[] {
  function sum(field: "expected" | "present" | "explained" | "waived" | "untracked"): number {
    return totals.reduce((all, total) => all + total[field], 0);
  }
  const text = `${formatCount(sum("expected"))} expected = ${formatCount(sum("present"))} present + ${formatCount(sum("explained"))} explained + ${formatCount(sum("waived"))} waived + ${formatCount(sum("untracked"))} untracked`;
  return [paint(sum("untracked") === 0 ? "good" : "bad", text)];
}

function nextSteps(coverage: Coverage, budgets: readonly BudgetVerdict[]): readonly string[] {
  const over = budgets.find(({ verdict }) => verdict === "exceeded" || verdict === "unexpected-category");
  const lost = coverage.rows.find(({ untracked }) => untracked > 0);
  const failing = coverage.rows.find(({ explained }) => explained > 0);
  return [
    ...coverage.failed.map(
      ({ processor, message }) => `${paint("bad", "check-failed")} ${processor}: ${message}`,
    ),
    ...(lost === undefined
      ? []
      : [`Look at the first untracked date: cascade why ${lost.processor} ${lost.date}`]),
    ...(over === undefined
      ? []
      : [
          `${over.processor} ${over.period} is ${over.verdict}: ${formatRate(over.rate)} fail of at most ${formatRate(over.maximum ?? 0)}. ${over.exceeded?.text ?? ""}`,
        ]),
    ...(failing === undefined
      ? []
      : [`Why rows are absent on a date: cascade why ${failing.processor} ${failing.date}`]),
    "Every partition: cascade status",
  ];
}
