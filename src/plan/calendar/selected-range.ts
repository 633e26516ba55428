import { everyDate, hullOf, type CalendarDate, type DateRange } from "../../domain/calendar-date.ts";
import { Fault } from "../../errors.ts";
import type { Runbook } from "../../runbook/runbook.ts";

/** Dates as they were asked for: single ones, or the ends of a range. */
export type AskedDates = {
  readonly dates: readonly CalendarDate[] | undefined;
  readonly from: CalendarDate | undefined;
  readonly to: CalendarDate | undefined;
};

/** The range that was asked for: the hull of single dates, or from one end to the other. Faults: usage, invalid-date. */
export function selectedRange(runbook: Runbook, { dates, from, to }: AskedDates): DateRange {
  if (dates !== undefined) return hullOfSingle(dates, from ?? to);
  const usual = usualRange(runbook);
  const range = { from: from ?? usual.from, to: to ?? usual.to };
  if (range.from <= range.to) return range;
  throw new Fault(
    "invalid-date",
    `Cannot select: the range ${range.from} to ${range.to} ends before it starts`,
    { hint: "Exchange the start date and the end date" },
  );
}

function hullOfSingle(dates: readonly CalendarDate[], end: CalendarDate | undefined): DateRange {
  const hull = hullOf(dates);
  if (hull !== undefined && end === undefined) return hull;
  throw new Fault("usage", "Cannot select: single dates stand alone, and there is at least one", {
    hint: "Give either dates, or a start date and an end date",
  });
}

/**
 * The range when nobody names one: the periods whose failure rate has a maximum; where none has, those with a budget, or
 * the whole calendar. A period that only expects a rate, as a lead-in does, is judged where it is selected.
 */
export function usualRange(runbook: Runbook): DateRange {
  const limited = runbook.budgets.filter(({ maximum }) => maximum !== undefined);
  const judged = new Set((limited.length > 0 ? limited : runbook.budgets).map(({ period }) => period));
  const hull = hullOf(
    runbook.periods.filter(({ id }) => judged.has(id)).flatMap(({ from, to }) => [from, to]),
  );
  const { origin } = runbook.calendar;
  if (hull !== undefined) return hull;
  if (origin.kind === "rule") return { from: origin.from, to: origin.to };
  return everyDate;
}
