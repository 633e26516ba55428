import { addDays, hullOf, type CalendarDate, type DateRange } from "../../domain/calendar-date.ts";
import type { TableId } from "../../domain/table-id.ts";
import type { Window } from "../../domain/window.ts";
import type { Runbook } from "../../runbook/runbook.ts";
import type { CalendarDay } from "../plan.ts";
import { upstreamsOf, type Producer } from "./upstream.ts";

/** What some partitions read of one table: the hull of their windows, and whether its failures are read too. */
export type InputReach = {
  readonly producer: Producer;
  readonly range: DateRange;
  readonly failures: boolean;
};

/** What the partitions of a processor on `dates` read, by table; a table whose windows are all empty is absent. */
export function inputReach(
  runbook: Runbook,
  { processor, dates, calendar }: InputRequest,
): ReadonlyMap<TableId, InputReach> {
  const starts = startsOfSeasons(calendar);
  const reach = new Map<TableId, InputReach>();
  for (const { edge, producer } of upstreamsOf(runbook).get(processor) ?? []) {
    const windows = dates.flatMap((date) => windowRange(edge.window, date, starts.get(date) ?? date) ?? []);
    const before = reach.get(edge.table);
    const all = before === undefined ? windows : [...windows, before.range];
    const range = hullOf(all.flatMap(({ from, to }) => [from, to]));
    if (range === undefined) continue;
    const failures = (windows.length > 0 && edge.failures) || before?.failures === true;
    reach.set(edge.table, { producer, range, failures });
  }
  return reach;
}

type InputRequest = {
  readonly processor: string;
  readonly dates: readonly CalendarDate[];
  readonly calendar: readonly CalendarDay[];
};

/** The dates that a window covers, or undefined when it covers none. */
function windowRange(window: Window, date: CalendarDate, seasonStart: CalendarDate): DateRange | undefined {
  if (window.kind === "same-date") return { from: date, to: date };
  const earliest = window.kind === "previous-days" ? addDays(date, -window.days) : seasonStart;
  const from = earliest < seasonStart ? seasonStart : earliest;
  return from < date ? { from, to: addDays(date, -1) } : undefined;
}

function startsOfSeasons(calendar: readonly CalendarDay[]): ReadonlyMap<CalendarDate, CalendarDate> {
  const first = new Map<string, CalendarDate>();
  return new Map(
    calendar.map(({ date, season }) => {
      const start = first.get(season) ?? date;
      first.set(season, start);
      return [date, start];
    }),
  );
}
