import { compareDates, dayNumber, type CalendarDate } from "../../domain/calendar-date.ts";
import { startOf, type Every } from "../../domain/every.ts";
import { tupleText } from "../../domain/tuple-text.ts";
import { formatWindow, type Window } from "../../domain/window.ts";
import { unreachable } from "../../errors.ts";
import type { Runbook } from "../../runbook/runbook.ts";
import type { CalendarDay, WarehouseState } from "../plan.ts";
import { allDays, coarseEveries, everyOf, ownDays, type Partitioned } from "./own-days.ts";

/** The windows of every date as half-open ranges of timeline indexes: `[from[i], to[i])`. */
export type Span = { readonly from: Int32Array; readonly to: Int32Array };

/** Every date that matters, ascending, so that windows are index ranges. `days[i]` is undefined off the calendar. */
export type Timeline = {
  readonly dates: readonly CalendarDate[];
  readonly days: readonly (CalendarDay | undefined)[];
  readonly indexes: ReadonlyMap<CalendarDate, number>;
  /** The same of tables with a partition a week or month: undefined where none of theirs must exist. */
  daysOf(table: Partitioned): readonly (CalendarDay | undefined)[];
  /** Whether a date is there only because a week or month is named by it: the calendar does not have it. */
  isNameOnly(index: number): boolean;
  /** The window on an upstream table, whose own dates a season begins with. */
  spanOf(window: Window, upstream: Partitioned): Span;
};

/** The timeline of a state: its calendar, and all dates on which tables have rows or processors have attempts. */
export function stateTimeline(
  runbook: Pick<Runbook, "processors">,
  { calendar, content, ledger }: Pick<WarehouseState, "calendar" | "content" | "ledger">,
): Timeline {
  return createTimeline(runbook, { calendar, tables: [...content.values(), ...ledger.values()] });
}

/** The timeline of a calendar and of all dates on which the given tables have rows, also outside the calendar. */
export function createTimeline(
  runbook: Pick<Runbook, "processors">,
  {
    calendar,
    tables = [],
  }: {
    readonly calendar: readonly CalendarDay[];
    readonly tables?: Iterable<ReadonlyMap<CalendarDate, unknown>>;
  },
): Timeline {
  const all = allDays(runbook, calendar);
  const dates = allDates(all, tables);
  const indexes = new Map(dates.map((date, index) => [date, index]));
  const seasons: (string | undefined)[] = dates.map(() => undefined);
  for (const { date, season } of all) seasons[indexes.get(date) ?? -1] = season;
  function place(every: Every): readonly (CalendarDay | undefined)[] {
    const days: (CalendarDay | undefined)[] = dates.map(() => undefined);
    for (const day of ownDays(calendar, every)) days[indexes.get(day.date) ?? -1] = day;
    return days;
  }
  const days = place("day");
  const coarse = new Map(coarseEveries(runbook).map((every) => [every, place(every)]));
  function daysOf(table: Partitioned): readonly (CalendarDay | undefined)[] {
    return coarse.get(everyOf(table)) ?? days;
  }
  const spans = new Map<string, Span>();
  function spanOf(window: Window, upstream: Partitioned): Span {
    const name = tupleText([formatWindow(window), everyOf(upstream)]);
    const span = spans.get(name) ?? createSpan(dates, startsOfSeasons(seasons, daysOf(upstream)), window);
    spans.set(name, span);
    return span;
  }
  function isNameOnly(index: number): boolean {
    return days[index] === undefined && seasons[index] !== undefined;
  }
  return { dates, days, indexes, daysOf, isNameOnly, spanOf };
}

/** The index of a date that must exist of a table; any other date is a bug and throws. */
export function indexOfDate(timeline: Timeline, table: Partitioned, date: CalendarDate): number {
  const index = timeline.indexes.get(date) ?? -1;
  if (timeline.daysOf(table)[index] === undefined) throw new Error(`Date "${date}" is not on the calendar`);
  return index;
}

function allDates(
  calendar: readonly CalendarDay[],
  tables: Iterable<ReadonlyMap<CalendarDate, unknown>>,
): readonly CalendarDate[] {
  const dates = new Set(calendar.map((day) => day.date));
  for (const table of tables) for (const date of table.keys()) dates.add(date);
  return [...dates].toSorted(compareDates);
}

/** Of each date with a season, the first of some days of this season. */
function startsOfSeasons(
  seasons: readonly (string | undefined)[],
  days: readonly (CalendarDay | undefined)[],
): Int32Array {
  const starts = new Map<string, number>();
  for (const [index, day] of days.entries()) {
    if (day !== undefined && !starts.has(day.season)) starts.set(day.season, index);
  }
  return Int32Array.from(seasons, (season) => (season === undefined ? -1 : (starts.get(season) ?? -1)));
}

function createSpan(dates: readonly CalendarDate[], seasonStarts: Int32Array, window: Window): Span {
  const own = Int32Array.from(dates.keys());
  switch (window.kind) {
    case "same-date":
    case "whole":
      return { from: own, to: own.map((index) => index + 1) };
    case "week":
    case "month":
      return spanAround(dates, window.kind);
    case "last-games":
    case "season-to-date":
      return { from: seasonStarts, to: own };
    case "previous-days":
      return spanBefore(dates, seasonStarts, window.days);
    default:
      return unreachable(window);
  }
}

function spanAround(dates: readonly CalendarDate[], every: Every): Span {
  const starts = dates.map((date) => startOf(every, date));
  const [from, to] = [new Int32Array(dates.length), new Int32Array(dates.length)];
  for (const index of dates.keys()) {
    from[index] = starts[index] === starts[index - 1] ? (from[index - 1] ?? index) : index;
  }
  for (const index of [...dates.keys()].toReversed()) {
    to[index] = starts[index] === starts[index + 1] ? (to[index + 1] ?? index + 1) : index + 1;
  }
  return { from, to };
}

function spanBefore(dates: readonly CalendarDate[], seasonStarts: Int32Array, days: number): Span {
  const numbers = Int32Array.from(dates, dayNumber);
  const from = new Int32Array(dates.length);
  let first = 0;
  for (const [index, number] of numbers.entries()) {
    while ((numbers[first] ?? number) < number - days) first += 1;
    from[index] = Math.max(first, seasonStarts[index] ?? 0);
  }
  return { from, to: Int32Array.from(dates.keys()) };
}

/** The timeline indexes inside the window of any reader, ascending. Costs the timeline's length, whatever the windows. */
export function windowUnion(span: Span, readers: Iterable<number>): readonly number[] {
  const length = span.from.length;
  const edges = new Int32Array(length + 2);
  for (const index of readers) {
    const from = span.from[index] ?? 0;
    edges[from] = (edges[from] ?? 0) + 1;
    const to = Math.max(from, span.to[index] ?? 0);
    edges[to] = (edges[to] ?? 0) - 1;
  }
  const inside: number[] = [];
  let depth = 0;
  for (let index = 0; index < length; index += 1) {
    depth += edges[index] ?? 0;
    if (depth > 0) inside.push(index);
  }
  return inside;
}
