import type { Dialect } from "../domain/dialect.ts";
import type { Calendar, Period } from "../runbook/runbook.ts";
import { contentHash } from "./content-hash.ts";
import { physicalType } from "./column-types.ts";
import { quoteName, quoteNames, quoteTable, quoteText, storedRows } from "./identifiers.ts";

/** The calendar's rows as its origin gives them now, typed as declared, plus `period`. Grain: one row per date. */
export function calendarQuery(dialect: Dialect, calendar: Calendar, periods: readonly Period[]): string {
  const columns = calendar.columns.map(({ name, type }) => {
    const quoted = quoteName(dialect, name);
    return `cast(${quoted} as ${physicalType(dialect, type)}) as ${quoted}`;
  });
  return `select
  ${columns.join(",\n  ")},
  ${periodOf(dialect, calendar, periods)} as period
from (
${originOf(dialect, calendar)}
) as origin`;
}

/** Per calendar date: (analysis_date, season, period, version), the version being a hash of the calendar's row. */
export function calendarDays(dialect: Dialect, calendar: Calendar, periods: readonly Period[]): string {
  const date = quoteName(dialect, calendar.dateColumn);
  const columns = [...calendar.columns.map((column) => column.name), "period"];
  return `select
  cast(${date} as string) as analysis_date,
  min(cast(${quoteName(dialect, calendar.seasonColumn)} as string)) as season,
  min(period) as period,
  ${contentHash(dialect, columns)} as version
from (
${calendarQuery(dialect, calendar, periods)}
) as calendar_row
group by 1
order by 1`;
}

/** Names of the calendar table's columns, `period` last. */
function calendarColumns(dialect: Dialect, calendar: Calendar): string {
  return quoteNames(dialect, [...calendar.columns.map((column) => column.name), "period"]);
}

/**
 * Statements that make the calendar table hold what its origin gives now: one transaction on DuckDB, one statement on
 * BigQuery, so that nobody reads an empty calendar.
 */
export function replaceCalendar(
  dialect: Dialect,
  calendar: Calendar,
  periods: readonly Period[],
): readonly string[] {
  const table = quoteTable(dialect, calendar.table);
  const columns = calendarColumns(dialect, calendar);
  const rows = `select ${columns} from (\n${calendarQuery(dialect, calendar, periods)}\n) as calendar_row`;
  if (dialect === "duckdb")
    return [`delete from ${table} where true`, `insert into ${table} (${columns})\n${rows}`];
  return [
    `merge ${table} as target
using (
${rows}
) as current_calendar
on false
when not matched by source then delete
when not matched by target then insert (${columns}) values (${columns})`,
  ];
}

/** Whether the calendar table holds what its origin gives now: one row (is_current). */
export function calendarIsCurrent(dialect: Dialect, calendar: Calendar, periods: readonly Period[]): string {
  const hash = contentHash(dialect, [...calendar.columns.map((column) => column.name), "period"]);
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
      `when ${date} between date '${period.from}' and date '${period.to}' then ${quoteText(dialect, period.id)}`,
  );
  return `case ${cases.join(" ")} else 'none' end`;
}

function originOf(dialect: Dialect, calendar: Calendar): string {
  const { origin } = calendar;
  if (origin.kind === "query") return origin.sql.text;
  const date = quoteName(dialect, calendar.dateColumn);
  const season = origin.season === "year" ? `extract(year from ${date})` : origin.from.slice(0, 4);
  return `select ${date}, ${season} as ${quoteName(dialect, calendar.seasonColumn)}
from (${dateSeries(dialect, date, origin)}) as series`;
}

function dateSeries(
  dialect: Dialect,
  column: string,
  rule: { from: string; to: string; every: string },
): string {
  const bounds = `date '${rule.from}', date '${rule.to}', interval 1 ${rule.every}`;
  return dialect === "duckdb"
    ? `select cast(day as date) as ${column} from generate_series(${bounds}) as generated(day)`
    : `select ${column} from unnest(generate_date_array(${bounds})) as ${column}`;
}
