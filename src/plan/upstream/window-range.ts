import { addDays, type CalendarDate, type DateRange } from "../../domain/calendar-date.ts";
import { endOf, startOf } from "../../domain/every.ts";
import type { Window } from "../../domain/window.ts";
import { coarseEveries, everyOf, ownDays, type Partitioned } from "../calendar/own-days.ts";
import type { CalendarDay } from "../plan.ts";
import type { Runbook } from "../../runbook/runbook.ts";

/** The dates that a window covers, or undefined when it covers none. */
export function windowRange(
  window: Window,
  date: CalendarDate,
  seasonStart: CalendarDate,
): DateRange | undefined {
  if (window.kind === "same-date" || window.kind === "whole") return { from: date, to: date };
  if (window.kind === "week" || window.kind === "month") {
    return { from: startOf(window.kind, date), to: endOf(window.kind, date) };
  }
  const earliest = window.kind === "previous-days" ? addDays(date, -window.days) : seasonStart;
  const from = earliest < seasonStart ? seasonStart : earliest;
  return from < date ? { from, to: addDays(date, -1) } : undefined;
}

/** Tells where the season of a date begins for what is read of a table: with the first of the table's own dates. */
export type SeasonStarts = (date: CalendarDate, upstream: Partitioned) => CalendarDate;

/** The starts of a calendar's seasons. A date in none begins one of its own. */
export function startsOfSeasons(
  runbook: Pick<Runbook, "processors">,
  calendar: readonly CalendarDay[],
): SeasonStarts {
  const all = [...coarseEveries(runbook), "day" as const].map((every) => ownDays(calendar, every));
  const seasons = new Map(all.flat().map(({ date, season }) => [date, season]));
  const first = new Map<string, CalendarDate>();
  for (const { date, season } of calendar) if (!first.has(season)) first.set(season, date);
  return (date, upstream) => {
    const start = first.get(seasons.get(date) ?? "") ?? date;
    return startOf(everyOf(upstream), start);
  };
}
