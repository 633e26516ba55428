import { countOf, formatDates } from "../../domain/format.ts";
import type { CalendarDay } from "../plan.ts";

/** What changes between two calendars, ascending by date, in lines; none where they are alike. */
export function changedCalendar(
  before: readonly CalendarDay[],
  after: readonly CalendarDay[],
): readonly string[] {
  const was = new Map(before.map((day) => [day.date, day]));
  const is = new Set(after.map(({ date }) => date));
  return [
    ...line(
      after.filter(({ date }) => !was.has(date)),
      ["comes to the calendar", "come to the calendar"],
    ),
    ...line(
      before.filter(({ date }) => !is.has(date)),
      ["leaves the calendar", "leave the calendar"],
    ),
    ...line(
      after.filter((day) => isOther(was.get(day.date), day)),
      ["has another row in the calendar", "have other rows in the calendar"],
    ),
  ];
}

function line(days: readonly CalendarDay[], [one, many]: readonly [string, string]): readonly string[] {
  if (days.length === 0) return [];
  const dates = formatDates(days.map(({ date }) => date));
  return [`${countOf(days.length, `date ${one}`, `dates ${many}`)}: ${dates}`];
}

function isOther(before: CalendarDay | undefined, { season, period, version }: CalendarDay): boolean {
  if (before === undefined) return false;
  return before.season !== season || before.period !== period || before.version !== version;
}
