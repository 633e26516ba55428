import type { CalendarDate } from "../domain/calendar-date.ts";
import type { CalendarDay } from "../plan/plan.ts";

/** First calendar date of the season that `date` lies in, or of the next one after it. */
export function seasonStart(calendar: readonly CalendarDay[], date: CalendarDate): CalendarDate {
  const first = calendar.find((day) => day.date >= date);
  if (first === undefined) return date;
  const start = calendar.find((day) => day.season === first.season)?.date ?? date;
  return start < date ? start : date;
}
