import type { CalendarDate, DateRange } from "../domain/calendar-date.ts";
import { widestRange } from "../plan/calendar/own-days.ts";
import type { CalendarDay } from "../plan/plan.ts";
import type { Runbook } from "../runbook/runbook.ts";

/** What a state over a range covers: back to the start of its first season, with the weeks and months whole that are read. */
export function stateRange(
  runbook: Pick<Runbook, "processors">,
  { calendar, range }: { readonly calendar: readonly CalendarDay[]; readonly range: DateRange },
): DateRange {
  const { from, to } = range;
  return widestRange(runbook, { from: seasonStart(calendar, from), to });
}

/** First calendar date of the season that `date` lies in, or of the next one after it. */
function seasonStart(calendar: readonly CalendarDay[], date: CalendarDate): CalendarDate {
  const first = calendar.find((day) => day.date >= date);
  if (first === undefined) return date;
  const start = calendar.find((day) => day.season === first.season)?.date ?? date;
  return start < date ? start : date;
}
