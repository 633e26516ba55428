import { hullOf, type CalendarDate, type DateRange } from "../domain/calendar-date.ts";
import type { Runbook } from "../runbook/runbook.ts";

/** The range, widened to the whole of every period that it touches: what budgets are judged over. */
export function wholePeriods(runbook: Pick<Runbook, "periods">, range: DateRange): DateRange {
  const touched = runbook.periods.filter(({ from, to }) => from <= range.to && to >= range.from);
  return hullOf([range.from, range.to, ...touched.flatMap(({ from, to }) => [from, to])]) ?? range;
}

/** The range over which the state has to be read for gates: whole periods, and the dates of every waiver. */
export function gateStateRange(runbook: Pick<Runbook, "periods" | "waivers">, range: DateRange): DateRange {
  const { from, to } = wholePeriods(runbook, range);
  const waived: readonly CalendarDate[] = runbook.waivers.flatMap(({ period, dates }) => {
    const ofPeriod = runbook.periods.find(({ id }) => id === period);
    return ofPeriod === undefined ? dates : [ofPeriod.from, ofPeriod.to];
  });
  return hullOf([from, to, ...waived]) ?? range;
}
