declare const calendarDate: unique symbol;

/** A day without a zone, as `YYYY-MM-DD`; text order is date order. */
export type CalendarDate = string & { readonly [calendarDate]: true };

/** Days from `from` to `to`, both included. */
export type DateRange = { readonly from: CalendarDate; readonly to: CalendarDate };

const dayMs = 86_400_000;

/** All days that a `CalendarDate` can name. */
export const everyDate = { from: "1000-01-01", to: "9999-12-31" } as DateRange;

/** The date that `text` names, or undefined when it is no real day of years 1000 to 9999. */
export function parseCalendarDate(text: string): CalendarDate | undefined {
  if (!/^[1-9]\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/.test(text)) return undefined;
  const day = Number(text.slice(8));
  if (day > 28 && day > lastDay(Number(text.slice(0, 4)), Number(text.slice(5, 7)))) return undefined;
  return text as CalendarDate;
}

/** Whether a date is the last of its month. */
export function isMonthEnd(date: CalendarDate): boolean {
  return Number(date.slice(8)) === lastDay(Number(date.slice(0, 4)), Number(date.slice(5, 7)));
}

/** The last day of a month, 1 to 12. */
function lastDay(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** The day of an instant, in UTC or in a zone by its IANA name. */
export function dayOf(instant: Date, timeZone = "UTC"): CalendarDate {
  if (timeZone === "UTC") return instant.toISOString().slice(0, 10) as CalendarDate;
  // Swedish writes days as ISO 8601 does.
  return new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short" }).format(instant) as CalendarDate;
}

/** Days since 1970-01-01. */
export function dayNumber(date: CalendarDate): number {
  return Date.parse(`${date}T00:00:00Z`) / dayMs;
}

/** The day `days` later (earlier when negative). */
export function addDays(date: CalendarDate, days: number): CalendarDate {
  return dayOf(new Date((dayNumber(date) + days) * dayMs));
}

/** Whether `date` lies in `range`, both ends included. */
export function isWithin(date: CalendarDate, range: DateRange): boolean {
  return range.from <= date && date <= range.to;
}

/** Ascending order for sort. */
export function compareDates(left: CalendarDate, right: CalendarDate): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The smallest range that holds all dates; undefined when there are none. */
export function hullOf(dates: readonly CalendarDate[]): DateRange | undefined {
  const [first] = dates;
  if (first === undefined) return undefined;
  let range: DateRange = { from: first, to: first };
  for (const date of dates) {
    range = { from: date < range.from ? date : range.from, to: date > range.to ? date : range.to };
  }
  return range;
}

/** The days of all ranges: ascending ranges with at least a day between them. */
export function unionOf(ranges: readonly DateRange[]): readonly DateRange[] {
  const union: DateRange[] = [];
  for (const range of ranges.toSorted((left, right) => compareDates(left.from, right.from))) {
    const last = union.at(-1);
    if (last === undefined || range.from > addDays(last.to, 1)) union.push(range);
    else if (range.to > last.to) union[union.length - 1] = { from: last.from, to: range.to };
  }
  return union;
}
