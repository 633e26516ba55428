import { createHash } from "node:crypto";
import { dayNumber, type CalendarDate } from "../../domain/calendar-date.ts";
import type { CalendarDay } from "../plan.ts";

/** On how many dates a definition is audited at least, where there are as many. */
export const fewestAudited = 5;

/**
 * Dates to audit a definition on, the weightiest first: the first, the last, the one after the longest pause inside a
 * season (the first such, where pauses differ), and others by a draw that the definition decides, from the first quarters of seasons before the
 * rest: what a date costs grows with what lies behind it, and a window is exceeded as soon as more than it lies there.
 */
function sampleDates(days: readonly CalendarDay[], definition: string): readonly CalendarDate[] {
  const dates = days.map(({ date }) => date);
  const chosen = [...dates.slice(0, 1), ...dates.slice(-1), ...afterLongestPause(days)];
  const others = [...drawn(earlyDates(days), definition), ...drawn(dates, definition)];
  return [...new Set([...chosen, ...others])].slice(0, fewestAudited);
}

/**
 * Which of the dates that a cell has computed are audited: those of the sample, and as many others as the definition
 * lacks. `audited` are those that it was audited on before.
 */
export function datesToAudit({
  calendar,
  definition,
  computed,
  audited,
}: {
  readonly calendar: readonly CalendarDay[];
  readonly definition: string;
  readonly computed: readonly CalendarDate[];
  readonly audited: ReadonlySet<CalendarDate>;
}): readonly CalendarDate[] {
  const free = new Set(computed.filter((date) => !audited.has(date)));
  const own = sampleDates(calendar, definition).filter((date) => free.has(date));
  const lacking = Math.max(0, fewestAudited - audited.size - own.length);
  const others = sampleDates(
    calendar.filter(({ date }) => free.has(date) && !own.includes(date)),
    definition,
  );
  return [...own, ...others.slice(0, lacking)].toSorted();
}

function afterLongestPause(days: readonly CalendarDay[]): readonly CalendarDate[] {
  const pauses = days.flatMap((day, index) => {
    const before = days[index - 1];
    if (before === undefined || before.season !== day.season) return [];
    return [{ date: day.date, length: dayNumber(day.date) - dayNumber(before.date) }];
  });
  const lengths = pauses.map(({ length }) => length);
  const longest = Math.max(...lengths);
  if (longest === Math.min(...lengths)) return [];
  return pauses
    .filter(({ length }) => length === longest)
    .map(({ date }) => date)
    .slice(0, 1);
}

function earlyDates(days: readonly CalendarDay[]): readonly CalendarDate[] {
  const seasons = Map.groupBy(days, ({ season }) => season);
  return [...seasons.values()].flatMap((own) =>
    own.slice(0, Math.ceil(own.length / 4)).map(({ date }) => date),
  );
}

/** All dates in an order that nobody chose. */
function drawn(dates: readonly CalendarDate[], definition: string): readonly CalendarDate[] {
  const lots = dates.map((date) => ({
    date,
    lot: createHash("sha256").update(`${definition} ${date}`).digest("hex"),
  }));
  return lots.toSorted((left, right) => (left.lot < right.lot ? -1 : 1)).map(({ date }) => date);
}
