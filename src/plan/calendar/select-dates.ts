import { addDays, isWithin, type CalendarDate, type DateRange } from "../../domain/calendar-date.ts";
import { Fault } from "../../errors.ts";
import type { CalendarDay, Selection } from "../plan.ts";
import type { WithdrawnDates } from "../versions/withdrawn.ts";

/**
 * The selected calendar dates and those that have left the calendar, ascending, and the days of the range that are not on the calendar; of the days before
 * its first date and after its last the calendar says nothing, and they are in neither.
 */
export type SelectedDates = {
  readonly dates: readonly CalendarDate[];
  readonly offCalendar: readonly CalendarDate[];
};

/**
 * Resolves the dates of a selection. Throws a fault for a reversed range and for dates off the calendar, but for those
 * that have left it: of a range those that still hold something, of single dates all that were ever worked for.
 */
export function selectDates(
  calendar: readonly CalendarDay[],
  {
    selection,
    withdrawn = new Map(),
    worked = new Set(),
  }: {
    readonly selection: Selection;
    readonly withdrawn?: WithdrawnDates;
    readonly worked?: ReadonlySet<CalendarDate>;
  },
): SelectedDates {
  checkRange(selection.range);
  const left = new Set([...withdrawn.values()].flat());
  const onCalendar = new Set(calendar.map(({ date }) => date));
  if (selection.dates === undefined) return selectRange(calendar, { onCalendar, left }, selection.range);
  checkInside(selection.dates, selection.range);
  const unknown = selection.dates.find((date) => !onCalendar.has(date) && !worked.has(date));
  if (unknown !== undefined) throw outsideCalendar(`"${unknown}"`, calendar);
  return { dates: [...new Set(selection.dates)].toSorted(), offCalendar: [] };
}

function checkRange({ from, to }: DateRange): void {
  if (from <= to) return;
  throw new Fault("invalid-date", `Cannot select "${from}" to "${to}": the range ends before it starts`, {
    hint: "Swap the start date and the end date.",
  });
}

function checkInside(dates: readonly CalendarDate[], { from, to }: DateRange): void {
  const outside = dates.find((date) => date < from || date > to);
  if (outside === undefined) return;
  throw new Fault("invalid-date", `Cannot select "${outside}": expected a date from "${from}" to "${to}"`, {
    hint: "Widen the range, or leave it out.",
  });
}

function selectRange(
  calendar: readonly CalendarDay[],
  known: { readonly onCalendar: ReadonlySet<CalendarDate>; readonly left: ReadonlySet<CalendarDate> },
  range: DateRange,
): SelectedDates {
  const dates = [...known.onCalendar, ...known.left].filter((date) => isWithin(date, range)).toSorted();
  const [first, last] = [calendar[0]?.date, calendar.at(-1)?.date];
  if (dates.length === 0 || first === undefined || last === undefined) {
    throw outsideCalendar(`"${range.from}" to "${range.to}"`, calendar);
  }
  const offCalendar: CalendarDate[] = [];
  const [from, to] = [range.from > first ? range.from : first, range.to < last ? range.to : last];
  for (let day = from; day <= to; day = addDays(day, 1)) {
    if (!known.onCalendar.has(day) && !known.left.has(day)) offCalendar.push(day);
  }
  return { dates, offCalendar };
}

function outsideCalendar(what: string, calendar: readonly CalendarDay[]): Fault {
  const [first, last] = [calendar[0], calendar.at(-1)];
  const hint =
    first === undefined || last === undefined
      ? "Load the tables that the calendar reads."
      : `Select dates of the calendar, which has ${first.date} to ${last.date}.`;
  return new Fault("date-outside-calendar", `Cannot select ${what}: the calendar has nothing there`, {
    hint,
  });
}
