import { addDays, type CalendarDate, type DateRange } from "../../domain/calendar-date.ts";
import type { Window } from "../../domain/window.ts";
import type { CalendarDay } from "../plan.ts";

/** The dates that a window covers, or undefined when it covers none. */
export function windowRange(
  window: Window,
  date: CalendarDate,
  seasonStart: CalendarDate,
): DateRange | undefined {
  if (window.kind === "same-date" || window.kind === "whole") return { from: date, to: date };
  const earliest = window.kind === "previous-days" ? addDays(date, -window.days) : seasonStart;
  const from = earliest < seasonStart ? seasonStart : earliest;
  return from < date ? { from, to: addDays(date, -1) } : undefined;
}

/** The first calendar date of each calendar date's season. */
export function startsOfSeasons(calendar: readonly CalendarDay[]): ReadonlyMap<CalendarDate, CalendarDate> {
  const first = new Map<string, CalendarDate>();
  return new Map(
    calendar.map(({ date, season }) => {
      const start = first.get(season) ?? date;
      first.set(season, start);
      return [date, start];
    }),
  );
}
