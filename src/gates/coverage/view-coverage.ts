import { formatAccounts, formatExpected, isUncounted, sumAccounts } from "../../domain/accounts.ts";
import { formatCount, formatLimit, formatRateBeside, onOneLine } from "../../domain/format.ts";
import { asTyped, commandText, runbookWord } from "../../domain/printed-command.ts";
import { isBreach, judgedAs } from "../../domain/rate-verdict.ts";
import { sentenceOf, wordOf, type ProblemKind } from "../../domain/verdict.ts";
import type { Runbook } from "../../runbook/runbook.ts";
import type { BudgetVerdict } from "../budget/judge-budgets.ts";
import type { GateView, GateViewing, Pen } from "../gate-view.ts";
import { totalCoverage, type CoverageTotal } from "./coverage-json.ts";
import { addCounts, type Coverage } from "./coverage-row.ts";

/** The table processor × period with its budgets, the accounting line, and what to type next. */
export function viewCoverage(coverage: Coverage, viewing: GateViewing): GateView {
  const budgets = viewing.answers.budget?.verdicts ?? [];
  return {
    problems: coverageProblems(coverage, budgets),
    text(pen) {
      const totals = totalCoverage(coverage.rows);
      const rows = totals.map((total) => totalRow(viewing.runbook, total, budgets));
      return [
        pen.table([head, ...rows]),
        "",
        accountingLine(totals, pen),
        ...unaccountedLine(coverage, pen),
        "",
        ...failedLines(coverage, pen),
        ...nextSteps(viewing, coverage, budgets),
      ].join("\n");
    },
  };
}

/** What is wrong with the accounting and the budgets. */
function coverageProblems(
  { rows, strays, failed }: Coverage,
  budgets: readonly BudgetVerdict[],
): readonly { readonly kind: ProblemKind }[] {
  const off = judgedAs("breach", budgets);
  const found: readonly (readonly [boolean, ProblemKind])[] = [
    [failed.length > 0, "check-failed"],
    [rows.some(({ untracked }) => untracked > 0), "untracked"],
    [strays.length > 0 || rows.some(({ phantom, unexpected }) => phantom + unexpected > 0), "unaccounted"],
    [off.some(({ verdict }) => verdict === "exceeded"), "over-budget"],
    [off.some(({ verdict }) => verdict === "unexpected-category"), "unexpected-category"],
  ];
  return found.filter(([isFound]) => isFound).map(([, kind]) => ({ kind }));
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
    formatExpected(total),
    formatCount(total.present),
    formatCount(total.explained),
    formatCount(total.untracked),
    formatRateBeside(isUncounted(total) ? undefined : (budget?.rate ?? 0), budget?.maximum),
    formatLimit(budget?.maximum),
    budget?.verdict ?? "no-expectation",
    categories.join(", "),
  ];
}

function accountingLine(totals: readonly CoverageTotal[], { paint }: Pen): string {
  const accounts = sumAccounts(totals);
  return paint(accounts.untracked === 0 ? "good" : "bad", formatAccounts(accounts));
}

function unaccountedLine({ rows, strays }: Coverage, { paint }: Pen): readonly string[] {
  const { phantom, unexpected } = addCounts(rows);
  if (phantom + unexpected + strays.length === 0) return [];
  const sentence = sentenceOf({ kind: "unaccounted", phantom, unexpected, strays: strays.length });
  return [paint("bad", `${wordOf("unaccounted")}: ${sentence}`)];
}

function failedLines({ failed }: Coverage, { paint }: Pen): readonly string[] {
  return failed.map(
    ({ processor, message }) => `${paint("bad", "check-failed")} ${processor}: ${onOneLine(message)}`,
  );
}

function nextSteps(
  { runbook, invocation }: GateViewing,
  coverage: Coverage,
  budgets: readonly BudgetVerdict[],
): readonly string[] {
  function text(name: string, words: readonly string[] = []): string {
    return asTyped(commandText({ name, runbook: runbookWord(runbook), words }), invocation);
  }
  const over = budgets.find(({ verdict }) => isBreach(verdict));
  const lost = coverage.rows.find(({ untracked }) => untracked > 0);
  const failing = coverage.rows.find(({ explained }) => explained > 0);
  return [
    ...(lost === undefined
      ? []
      : [`Look at the first untracked date: ${text("why", [lost.processor, lost.date])}`]),
    ...(over === undefined
      ? []
      : [
          `${over.processor} ${over.period} is ${over.verdict}: ${formatRateBeside(over.rate, over.maximum)} fail of at most ${formatLimit(over.maximum)}. ${over.exceeded?.text ?? ""}`,
        ]),
    ...(failing === undefined
      ? []
      : [`Why rows are absent on a date: ${text("why", [failing.processor, failing.date])}`]),
    `Every partition: ${text("status")}`,
  ];
}
