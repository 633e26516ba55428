import { everyDate, hullOf, type DateRange } from "../../domain/calendar-date.ts";
import type { Runbook } from "../../runbook/runbook.ts";

/** The range when nobody names one: the periods that have a budget, or the whole calendar. */
export function usualRange(runbook: Runbook): DateRange {
  const judged = new Set(runbook.budgets.map((budget) => budget.period));
  const hull = hullOf(
    runbook.periods.filter(({ id }) => judged.has(id)).flatMap(({ from, to }) => [from, to]),
  );
  const { origin } = runbook.calendar;
  if (hull !== undefined) return hull;
  if (origin.kind === "rule") return { from: origin.from, to: origin.to };
  return everyDate;
}
