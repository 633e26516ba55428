import { compareDates, dayNumber, type CalendarDate } from "../../domain/calendar-date.ts";
import type { Window } from "../../domain/window.ts";
import type { CalendarDay, WarehouseState } from "../plan.ts";

/**
 * The windows of every calendar date as half-open ranges of timeline indexes: `[from[i], i + reach)`.
 * `reach` is 1 for the date itself and 0 for windows that end the day before.
 */
export type Span = { readonly from: Int32Array; readonly reach: 0 | 1 };

/** Every date that matters, ascending, so that windows are index ranges. `days[i]` is undefined off the calendar. */
export type Timeline = {
  readonly dates: readonly CalendarDate[];
  readonly days: readonly (CalendarDay | undefined)[];
  readonly indexes: ReadonlyMap<CalendarDate, number>;
  /** Index of the first calendar date of each calendar date's season; -1 off the calendar. */
  readonly seasonStarts: Int32Array;
  spanOf(window: Window): Span;
};

/** The timeline of a state: its calendar, and all dates on which tables have rows or processors have attempts. */
export function stateTimeline({
  calendar,
  content,
  ledger,
}: Pick<WarehouseState, "calendar" | "content" | "ledger">): Timeline {
  return createTimeline(calendar, [...content.values(), ...ledger.values()]);
}

/** The timeline of a calendar and of all dates on which the given tables have rows, also outside the calendar. */
export function createTimeline(
  calendar: readonly CalendarDay[],
  tables: Iterable<ReadonlyMap<CalendarDate, unknown>>,
): Timeline {
  const dates = allDates(calendar, tables);
  const indexes = new Map(dates.map((date, index) => [date, index]));
  const days: (CalendarDay | undefined)[] = dates.map(() => undefined);
  for (const day of calendar) days[indexes.get(day.date) ?? -1] = day;
  const seasonStarts = startsOfSeasons(days);
  const spans = new Map<number, Span>();
  function spanOf(window: Window): Span {
    const isOneDate = window.kind === "same-date" || window.kind === "whole";
    const days = isOneDate ? 0 : window.kind === "previous-days" ? window.days : Infinity;
    const known = spans.get(days) ?? createSpan(dates, seasonStarts, days);
    spans.set(days, known);
    return known;
  }
  return { dates, days, indexes, seasonStarts, spanOf };
}

/** The index of a calendar date; any other date is a bug and throws. */
export function indexOfDate(timeline: Timeline, date: CalendarDate): number {
  const index = timeline.indexes.get(date) ?? -1;
  if (timeline.days[index] === undefined) throw new Error(`Date "${date}" is not on the calendar`);
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

function startsOfSeasons(days: readonly (CalendarDay | undefined)[]): Int32Array {
  const starts = new Map<string, number>();
  for (const [index, day] of days.entries()) {
    if (day !== undefined && !starts.has(day.season)) starts.set(day.season, index);
  }
  return Int32Array.from(days, (day) => (day === undefined ? -1 : (starts.get(day.season) ?? -1)));
}

/** 0 days: the date itself; infinitely many: the whole season before it. */
function createSpan(dates: readonly CalendarDate[], seasonStarts: Int32Array, days: number): Span {
  if (days === 0) return { from: Int32Array.from(dates.keys()), reach: 1 };
  if (days === Infinity) return { from: seasonStarts, reach: 0 };
  const numbers = Int32Array.from(dates, dayNumber);
  const from = new Int32Array(dates.length);
  let first = 0;
  for (const [index, number] of numbers.entries()) {
    while ((numbers[first] ?? number) < number - days) first += 1;
    from[index] = Math.max(first, seasonStarts[index] ?? 0);
  }
  return { from, reach: 0 };
}

/** The timeline indexes inside the window of any reader, ascending. Costs the timeline's length, whatever the windows. */
export function windowUnion(span: Span, readers: Iterable<number>): readonly number[] {
  const length = span.from.length;
  const edges = new Int32Array(length + 2);
  for (const index of readers) {
    const from = span.from[index] ?? 0;
    edges[from] = (edges[from] ?? 0) + 1;
    edges[index + span.reach] = (edges[index + span.reach] ?? 0) - 1;
  }
  const inside: number[] = [];
  let depth = 0;
  for (let index = 0; index < length; index += 1) {
    depth += edges[index] ?? 0;
    if (depth > 0) inside.push(index);
  }
  return inside;
}
