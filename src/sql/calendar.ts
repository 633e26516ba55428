import { calendarColumns } from "./content-hash.ts";
import { dayNumber, isMonthEnd, type CalendarDate } from "../domain/calendar-date.ts";
import type { Dialect } from "./dialect.ts";
import type { Calendar, Period } from "../runbook/runbook.ts";
import { quoteDate, quoteName, quoteNames, storedRows } from "./identifiers.ts";

/** The calendar's rows as its origin gives them now, typed as declared, plus `period`. Grain: one row per date. */
export function calendarQuery(dialect: Dialect, calendar: Calendar, periods: readonly Period[]): string {
  const columns = calendar.columns.map(({ name, type }) => {
    const quoted = quoteName(dialect, name);
    return `cast(${quoted} as ${dialect.columnType(type)}) as ${quoted}`;
  });
  return `select
  ${columns.join(",\n  ")},
  ${periodOf(dialect, calendar, periods)} as period
from (
${originOf(dialect, calendar)}
) as origin`;
}

/**
 * Per calendar date: (analysis_date, season, period, version), the version being a hash of the calendar's row, with the
 * number of its rows, of its seasons, and of its dates, which is 0 where the date is NULL.
 */
export function calendarDays(dialect: Dialect, calendar: Calendar, periods: readonly Period[]): string {
  const date = quoteName(dialect, calendar.dateColumn);
  const season = `cast(${quoteName(dialect, calendar.seasonColumn)} as string)`;
  return `select
  cast(${date} as string) as analysis_date,
  min(${season}) as season,
  min(period) as period,
  ${dialect.contentHash(calendarColumns(calendar))} as version,
  count(*) as row_count,
  count(distinct ${season}) as season_count,
  count(${date}) as date_count
from (
${calendarQuery(dialect, calendar, periods)}
) as calendar_row
group by 1
order by 1`;
}

/**
 * Statements that make the calendar table hold what its origin gives now: all or nothing, so that nobody reads an empty calendar.
 */
export function replaceCalendar(
  dialect: Dialect,
  calendar: Calendar,
  periods: readonly Period[],
): readonly string[] {
  const columns = calendarColumns(calendar).map(({ name }) => name);
  const rows = `select ${quoteNames(dialect, columns)} from (\n${calendarQuery(dialect, calendar, periods)}\n) as calendar_row`;
  return dialect.replaceRows({
    table: calendar.table,
    columns,
    rows,
    alias: "current_calendar",
    scope: { kind: "table" },
  });
}

/** Whether the calendar table holds what its origin gives now: one row (is_current). */
export function calendarIsCurrent(dialect: Dialect, calendar: Calendar, periods: readonly Period[]): string {
  const hash = dialect.contentHash(calendarColumns(calendar));
  return `select case when held.version = current_calendar.version then 1 else 0 end as is_current
from (
  select ${hash} as version
  from ${storedRows(dialect, calendar.table)}
) as held
cross join (
  select ${hash} as version
  from (
${calendarQuery(dialect, calendar, periods)}
  ) as calendar_row
) as current_calendar`;
}

function periodOf(dialect: Dialect, calendar: Calendar, periods: readonly Period[]): string {
  if (periods.length === 0) return "'none'";
  const date = quoteName(dialect, calendar.dateColumn);
  const cases = periods.map(
    (period) =>
      `when ${date} between ${quoteDate(dialect, period.from)} and ${quoteDate(dialect, period.to)} then ${dialect.quoteText(period.id)}`,
  );
  return `case ${cases.join(" ")} else 'none' end`;
}

function originOf(dialect: Dialect, calendar: Calendar): string {
  const { origin } = calendar;
  if (origin.kind === "query") return origin.sql.text;
  const date = quoteName(dialect, calendar.dateColumn);
  const season = origin.season === "year" ? `extract(year from ${date})` : origin.from.slice(0, 4);
  return `select ${date}, ${season} as ${quoteName(dialect, calendar.seasonColumn)}
from (${dialect.dateSeries(date, { ...origin, steps: stepsOf(origin), isMonthEnd: isMonthEnd(origin.from) })}) as series${keptDates(dialect, date, origin)}`;
}

/** A condition that leaves dates out that the rule leaves out; empty where it leaves none out. */
function keptDates(
  dialect: Dialect,
  date: string,
  { weekdays, left = [], holidays = [] }: Extract<Calendar["origin"], { kind: "rule" }>,
): string {
  const conditions = [
    ...(weekdays === undefined ? [] : [`${dialect.weekday(date)} in (${weekdays.join(", ")})`]),
    ...left.map(
      ({ from, to }) => `${date} not between ${quoteDate(dialect, from)} and ${quoteDate(dialect, to)}`,
    ),
    ...holidays.map(({ table, dateColumn }) => {
      const holiday = `cast(${quoteName(dialect, dateColumn)} as date)`;
      return `${date} not in (select ${holiday} from ${storedRows(dialect, table)} where ${holiday} is not null)`;
    }),
  ];
  return conditions.length === 0 ? "" : `\nwhere ${conditions.join("\n  and ")}`;
}

/** How many steps a rule makes after its first date. */
function stepsOf({ every, from, to }: Extract<Calendar["origin"], { kind: "rule" }>): number {
  if (every !== "month") return Math.floor((dayNumber(to) - dayNumber(from)) / (every === "week" ? 7 : 1));
  const months = monthNumber(to) - monthNumber(from);
  const isReached = isMonthEnd(to) || (!isMonthEnd(from) && to.slice(8) >= from.slice(8));
  return isReached ? months : months - 1;
}

function monthNumber(date: CalendarDate): number {
  return 12 * Number(date.slice(0, 4)) + Number(date.slice(5, 7));
}
