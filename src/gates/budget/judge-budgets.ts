import type { CalendarDate } from "../../domain/calendar-date.ts";
import { startOf } from "../../domain/every.ts";
import { everyOf, ownDays } from "../../plan/calendar/own-days.ts";
import { isUncounted } from "../../domain/accounts.ts";
import { judgedAs, type RateVerdict } from "../../domain/rate-verdict.ts";
import { settlementOf } from "../../plan/versions/settlement.ts";
import type { WarehouseState } from "../../plan/plan.ts";
import type { Budget, Processor, Runbook } from "../../runbook/runbook.ts";
import type { Waiver } from "../../runbook/waiver.ts";
import { addCounts, type CoverageRow, type MemberCounts } from "../coverage/coverage-row.ts";
import { compareRate } from "../../domain/rate.ts";

/** The judgement of one processor over one whole period. */
export type BudgetVerdict = {
  readonly processor: string;
  readonly period: string;
  /** Undefined where no population says it. */
  readonly expected: number | undefined;
  readonly explained: number;
  /** explained / expected, for display; limits are compared without it. Undefined where nobody knows what is expected. */
  readonly rate: number | undefined;
  readonly maximum: number | undefined;
  readonly verdict: RateVerdict;
  /** What the budget expects of the rate, and of the rows. */
  readonly expectedRate: Budget["expected"];
  readonly expectedRows: number | undefined;
  readonly rows: number;
  /** Categories that occur and are not allowed, with their counts. */
  readonly unexpectedCategories: Readonly<Record<string, number>>;
  /** Dates for which a provisional period waits. */
  readonly openDates: readonly CalendarDate[];
  /** Dates of the period that nobody asked about: with any, the verdict is provisional, and no finding. */
  readonly leftOut: number;
  readonly exceeded: Budget["exceeded"] | undefined;
  /** Id of the budget waiver that decided the verdict. */
  readonly waiver: string | undefined;
};

/** What budgets are judged by; `rows` hold every date of the periods, `waivers` those in force of kind `budget`. */
export type BudgetFacts = {
  readonly runbook: Runbook;
  readonly state: WarehouseState;
  readonly rows: readonly CoverageRow[];
  readonly waivers: readonly Waiver[];
  /** The dates that were asked about. */
  readonly selected: ReadonlySet<CalendarDate>;
};

/** Verdicts that wait for dates which were asked about; those that wait for others are nobody's finding. */
export function openBudgets(verdicts: readonly BudgetVerdict[]): readonly BudgetVerdict[] {
  return judgedAs("open", verdicts).filter(({ leftOut }) => leftOut === 0);
}

/** A verdict for every processor and period of the rows, in the runbook's order. */
export function judgeBudgets(facts: BudgetFacts): readonly BudgetVerdict[] {
  return facts.runbook.processors.flatMap((processor) => {
    const own = facts.rows.filter((row) => row.processor === processor.id);
    const periods = [...new Set(own.map(({ period }) => period))];
    return periods.map((period) => {
      const rows = own.filter((row) => row.period === period);
      return judgePeriod(facts, processor, { period, rows });
    });
  });
}

/** The budget that holds for a processor in a period: one that names it, before one for all. */
export function budgetFor(runbook: Runbook, processor: string, period: string): Budget | undefined {
  const ofPeriod = runbook.budgets.filter((budget) => budget.period === period);
  return (
    ofPeriod.find(({ processors }) => processors?.includes(processor)) ??
    ofPeriod.find(({ processors }) => processors === undefined)
  );
}

function judgePeriod(
  facts: BudgetFacts,
  processor: Processor,
  { period, rows }: { readonly period: string; readonly rows: readonly CoverageRow[] },
): BudgetVerdict {
  const { runbook } = facts;
  const counts = addCounts(rows);
  const { explained } = counts;
  const expected = isUncounted(counts) ? undefined : counts.expected;
  const budget = budgetFor(runbook, processor.id, period);
  const every = everyOf(processor);
  const selected = new Set([...facts.selected].map((date) => startOf(every, date)));
  const leftOut = ownDays(facts.state.calendar, every).filter(
    (day) => day.period === period && !selected.has(day.date),
  ).length;
  const openDates = openDatesOf(facts, processor, { period, rows });
  const unexpectedCategories = budget === undefined ? {} : unexpectedIn(runbook, budget, counts);
  const verdict = verdictOf(budget, counts, { openDates, leftOut, unexpectedCategories });
  const waiver = verdict === "exceeded" ? waiverFor(facts.waivers, { processor, period, counts }) : undefined;
  return {
    processor: processor.id,
    period,
    expected,
    explained,
    rate: expected === undefined ? undefined : expected === 0 ? 0 : explained / expected,
    maximum: budget?.maximum,
    verdict: waiver === undefined ? verdict : "exceeded (waived)",
    expectedRate: budget?.expected,
    expectedRows: budget?.expectedRows[processor.id],
    rows: counts.present,
    unexpectedCategories,
    openDates,
    leftOut,
    exceeded: budget?.exceeded,
    waiver: waiver?.id,
  };
}

function verdictOf(
  budget: Budget | undefined,
  counts: MemberCounts,
  found: Pick<BudgetVerdict, "openDates" | "leftOut" | "unexpectedCategories">,
): RateVerdict {
  if (budget === undefined) return "no-expectation";
  if (found.openDates.length + found.leftOut > 0) return "provisional";
  if (Object.keys(found.unexpectedCategories).length > 0) return "unexpected-category";
  if (isUncounted(counts)) return "no-expectation";
  const rate = { part: counts.explained, whole: counts.expected };
  if (budget.maximum !== undefined && compareRate(rate, budget.maximum) > 0) return "exceeded";
  const isBetter = budget.expected !== undefined && compareRate(rate, budget.expected.from) < 0;
  return isBetter ? "suspiciously-good" : "within";
}

/** Dates of the period that are not settled, or whose members are not all accounted for. */
function openDatesOf(
  { state }: BudgetFacts,
  processor: Processor,
  { period, rows }: { readonly period: string; readonly rows: readonly CoverageRow[] },
): readonly CalendarDate[] {
  const byDate = new Map(rows.map((row) => [row.date, row]));
  return ownDays(state.calendar, everyOf(processor))
    .filter((day) => day.period === period && !isJudged(byDate.get(day.date), processor, state))
    .map(({ date }) => date);
}

/** A date counts when nothing is untracked and it is settled, or what keeps it unsettled is waived. */
function isJudged(row: CoverageRow | undefined, processor: Processor, state: WarehouseState): boolean {
  if (row === undefined || row.untracked > 0 || row.status === "check-failed") return false;
  if (state.frozen?.get(processor.id)?.has(row.date) === true) return true;
  return row.waived > 0 || settlementOf(processor, row.date, state).kind === "settled";
}

function unexpectedIn(
  runbook: Runbook,
  budget: Budget,
  counts: MemberCounts,
): Readonly<Record<string, number>> {
  const zeroBudget = new Set(
    runbook.categories.filter((category) => category.zeroBudget).map(({ id }) => id),
  );
  const found = Object.entries(counts.categories).filter(
    ([category, count]) => count > 0 && (zeroBudget.has(category) || !budget.allowed.includes(category)),
  );
  return Object.fromEntries(found);
}

function waiverFor(
  waivers: readonly Waiver[],
  { processor, period, counts }: { processor: Processor; period: string; counts: MemberCounts },
): Waiver | undefined {
  const rate = { part: counts.explained, whole: counts.expected };
  return waivers.find(
    (waiver) =>
      waiver.processor === processor.id &&
      waiver.period === period &&
      waiver.maximumRate !== undefined &&
      compareRate(rate, waiver.maximumRate) <= 0,
  );
}
