import { compareDates, hullOf, type CalendarDate, type DateRange } from "../../domain/calendar-date.ts";
import { endOf, everyNames, startOf, type Every } from "../../domain/every.ts";
import type { Runbook } from "../../runbook/runbook.ts";
import type { CalendarDay } from "../plan.ts";

/** How often a processor, or what else reads or is read, has a partition. */
export type Partitioned = { readonly every?: Every };

/** How often there is a partition: on every date of the calendar unless it says otherwise. */
export function everyOf({ every = "day" }: Partitioned): Every {
  return every;
}

const known = new WeakMap<readonly CalendarDay[], Map<Every, readonly CalendarDay[]>>();

/**
 * The dates that must exist of tables with a partition as often: those of the calendar, or one for each week or month
 * that has one of them, with season and period of the first of these. Ascending; such a date need not be on the calendar.
 */
export function ownDays(calendar: readonly CalendarDay[], every: Every): readonly CalendarDay[] {
  if (every === "day") return calendar;
  const own = known.get(calendar) ?? new Map<Every, readonly CalendarDay[]>();
  known.set(calendar, own);
  const days = own.get(every) ?? coarseDays(calendar, every);
  own.set(every, days);
  return days;
}

function coarseDays(calendar: readonly CalendarDay[], every: Every): readonly CalendarDay[] {
  const days = new Map<CalendarDate, CalendarDay>();
  for (const day of calendar) {
    const date = startOf(every, day.date);
    if (!days.has(date)) days.set(date, { ...day, date });
  }
  return [...days.values()];
}

/** Of the dates that must exist as often, those that some dates belong to. */
export function ownDaysAmong(
  calendar: readonly CalendarDay[],
  every: Every,
  among: readonly { readonly date: CalendarDate }[],
): readonly CalendarDay[] {
  const starts = new Set(among.map(({ date }) => startOf(every, date)));
  return ownDays(calendar, every).filter(({ date }) => starts.has(date));
}

/** The dates that must exist, as a set. */
export function ownDates(calendar: readonly CalendarDay[], table: Partitioned): ReadonlySet<CalendarDate> {
  return new Set(ownDays(calendar, everyOf(table)).map(({ date }) => date));
}

/** How often tables of a runbook have partitions besides the calendar's dates. */
export function coarseEveries({ processors }: Pick<Runbook, "processors">): readonly Every[] {
  return [...new Set(processors.map(everyOf))].filter((every) => every !== "day");
}

/** Every date that some table of the runbook must have, ascending: the calendar's, and those of weeks and months. */
export function allDays(
  runbook: Pick<Runbook, "processors">,
  calendar: readonly CalendarDay[],
): readonly CalendarDay[] {
  const others = coarseEveries(runbook).flatMap((every) => ownDays(calendar, every));
  if (others.length === 0) return calendar;
  const days = new Map([...others, ...calendar].map((day) => [day.date, day]));
  return [...days.values()].toSorted((left, right) => compareDates(left.date, right.date));
}

/** A range with every week or month in it whole. */
export function wholeRange(every: Every, { from, to }: DateRange): DateRange {
  return { from: startOf(every, from), to: endOf(every, to) };
}

/** A range with the weeks and months whole that the runbook's processors have as partitions, or read of others. */
export function widestRange(runbook: Pick<Runbook, "processors">, range: DateRange): DateRange {
  const read = runbook.processors.flatMap(({ reads }) => reads.map(({ window }) => window.kind));
  const everies = everyNames.filter((every) => read.some((kind) => kind === every));
  const ranges = [...everies, ...coarseEveries(runbook)].map((every) => wholeRange(every, range));
  return hullOf([range, ...ranges].flatMap(({ from, to }) => [from, to])) ?? range;
}
