import { tupleText } from "../domain/tuple-text.ts";
import { formatLimit, formatRateBeside } from "../domain/format.ts";
import { compareRate } from "../domain/rate.ts";
import type { Runbook } from "../runbook/runbook.ts";
import type { NotedFact } from "./contamination-fact.ts";
import type { CoveredDate, TriageFindings, JudgedPeriod, NamedCause } from "./gate-findings.ts";

const namedCategories = 3;

/** Verdicts that a single date can still exceed: nobody has judged or accepted the period. */
const openVerdicts: ReadonlySet<string> = new Set(["within", "suspiciously-good", "provisional"]);

/**
 * The verdict on the budget of a processor and period, with the numbers and the causes behind it. A date that exceeds
 * its own limit is `exceeded` although its period is not.
 */
export function createRateFacts(
  runbook: Pick<Runbook, "budgets" | "periods">,
  findings: TriageFindings,
): (processor: string, period: string, row: CoveredDate | undefined) => NotedFact {
  const facts = new Map(
    findings.budgets.map((judged) => [
      tupleText([judged.processor, judged.period]),
      { value: judged.verdict, note: noteOf(runbook, findings, judged) },
    ]),
  );
  return (processor, period, row) => {
    const fact = facts.get(tupleText([processor, period])) ?? { value: "no-expectation", note: undefined };
    const limit = dateLimit(runbook, processor, period);
    if (row === undefined || limit === undefined || !openVerdicts.has(fact.value)) return fact;
    return isAbove(row, limit) ? { value: "exceeded", note: dateNote(row, limit) } : fact;
  };
}

function dateLimit(
  { budgets }: Pick<Runbook, "budgets">,
  processor: string,
  period: string,
): number | undefined {
  const ofPeriod = budgets.filter((budget) => budget.period === period);
  const own = ofPeriod.find(({ processors }) => processors?.includes(processor));
  return (own ?? ofPeriod.find(({ processors }) => processors === undefined))?.dateMaximum;
}

function isAbove({ explained, expected }: CoveredDate, limit: number): boolean {
  return expected > 0 && compareRate({ part: explained, whole: expected }, limit) > 0;
}

function dateNote({ explained, expected }: CoveredDate, limit: number): string {
  return `on this date ${explained} of ${expected} fail, ${formatRateBeside(explained / expected, limit)}, at most ${formatLimit(limit)}`;
}

function noteOf(
  runbook: Pick<Runbook, "periods">,
  findings: TriageFindings,
  judged: JudgedPeriod,
): string | undefined {
  const { processor, period, verdict, expected, explained, maximum } = judged;
  if (verdict === "provisional" || verdict === "no-expectation") return undefined;
  const limit = maximum === undefined ? "" : `, at most ${formatLimit(maximum)}`;
  const numbers =
    expected === undefined
      ? `${explained} fail of an unknown number`
      : `${explained} of ${expected} fail, ${formatRateBeside(judged.rate, maximum)}${limit}`;
  if (verdict === "within" || verdict === "suspiciously-good") return numbers;
  const own = findings.causes.filter((cause) => cause.processor === processor && cause.period === period);
  const range = runbook.periods.find(({ id }) => id === period);
  const rows = findings.coverage.filter(
    (row) =>
      row.processor === processor && range !== undefined && row.date >= range.from && row.date <= range.to,
  );
  return [numbers, ...categoryText(rows), ...own.map((cause) => causeText(cause, explained))].join("; ");
}

function categoryText(rows: readonly CoveredDate[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { categories } of rows) {
    for (const [category, count] of Object.entries(categories)) {
      counts.set(category, (counts.get(category) ?? 0) + count);
    }
  }
  const largest = [...counts].toSorted(([, left], [, right]) => right - left).slice(0, namedCategories);
  if (largest.length === 0) return [];
  return [`mostly ${largest.map(([category, count]) => `${category} ${count}`).join(", ")}`];
}

function causeText({ cause, failures }: NamedCause, explained: number): string {
  return `${cause}: ${failures} of the ${explained}`;
}
