import { formatSome } from "../domain/format.ts";
import type { CalendarDay } from "../plan/plan.ts";
import { Fault } from "../errors.ts";
import type { Runbook } from "../runbook/runbook.ts";
import { calendarDays } from "../sql/calendar.ts";
import { queryRows, typed, type ShapedRow } from "../warehouse/row-shape.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";

const dayShape = {
  analysis_date: typed.anyDate,
  season: typed.nullable(typed.text),
  period: typed.text,
  version: typed.text,
  row_count: typed.count,
  season_count: typed.count,
  date_count: typed.count,
};

type DayRow = ShapedRow<typeof dayShape>;

/** Days named in a refusal. */
const namedDays = 5;

/** Most days of a calendar: those of 270 years. */
const mostDays = 100_000;

/**
 * The calendar as its origin gives it now, ascending by date; one query. A date outside the years 1000 to 9999 is none of
 * its days. Fault: calendar-invalid where it is not one row per date, each with one season, or too many of them.
 */
export async function readCalendarDays(
  warehouse: Warehouse,
  runbook: Runbook,
): Promise<readonly CalendarDay[]> {
  const statement = {
    sql: `${calendarDays(warehouse.dialect, runbook.calendar, runbook.periods)}\nlimit ${mostDays + 1}`,
    purpose: "read the calendar",
  };
  const rows = await queryRows(warehouse, statement, dayShape);
  const faults =
    rows.length > mostDays ? [`more than ${mostDays} dates`] : rows.flatMap((row) => dayFault(row) ?? []);
  if (faults.length > 0) throw calendarFault(runbook, faults);
  return rows.flatMap(({ analysis_date: date, season, period, version }) =>
    date === undefined || season === undefined ? [] : [{ date, season, period, version }],
  );
}

function dayFault({ analysis_date: date, ...row }: DayRow): string | undefined {
  if (row.date_count === 0) return `a row without a date, ${timesText(row.row_count)}`;
  if (date === undefined) return undefined;
  if (row.season === undefined) return `${date} without a season`;
  if (row.season_count > 1) return `${date} in ${row.season_count} seasons`;
  return row.row_count > 1 ? `${date} ${timesText(row.row_count)}` : undefined;
}

function timesText(times: number): string {
  return times === 1 ? "once" : `${times} times`;
}

function calendarFault({ calendar: { table, origin } }: Runbook, faults: readonly string[]): Fault {
  const place = origin.kind === "query" ? origin.sql.file : "the rule of the calendar";
  return new Fault(
    "calendar-invalid",
    `Cannot use the calendar ${table}: it has ${formatSome(faults, { limit: namedDays })}`,
    {
      hint: `Make ${place} give one row for each date, with one season (\`select distinct\`, \`where … is not null\`)`,
    },
  );
}
