import type { Dialect } from "./dialect.ts";
import type { Runbook, Source } from "../runbook/runbook.ts";
import { calendarQuery } from "./calendar.ts";
import { dateOf, quoteName, storedRows } from "./identifiers.ts";

/**
 * Rows of a source over [@start_date, @end_date] beside the fewest it should have. Grain: one row per (analysis_date),
 * of the calendar or with rows; `minimum_rows` is NULL where the runbook's SQL gives none, and off the calendar.
 */
export function sourceCounts(
  dialect: Dialect,
  { calendar, periods }: Pick<Runbook, "calendar" | "periods">,
  request: { readonly source: Source; readonly hasTable: boolean },
): string {
  const { source, hasTable } = request;
  const day = `calendar.${quoteName(dialect, calendar.dateColumn)}`;
  const date = dateOf(dialect, source.dateColumn);
  const counted = hasTable
    ? `select ${date} as counted_date, count(*) as row_count
  from ${storedRows(dialect, source.table)}
  where ${date} between @start_date and @end_date
  group by 1`
    : "select cast(null as date) as counted_date, 0 as row_count";
  return `with counted as (
  ${counted}
),
expected as (
  select ${day} as calendar_date, ${source.minimumRows} as minimum_rows
  from (
${calendarQuery(dialect, calendar, periods)}
  ) as calendar
  where ${day} between @start_date and @end_date
)
select
  cast(coalesce(expected.calendar_date, counted.counted_date) as string) as analysis_date,
  case when expected.calendar_date is null then 0 else 1 end as is_calendar_date,
  cast(expected.minimum_rows as float64) as minimum_rows,
  coalesce(counted.row_count, 0) as row_count
from expected
full join counted on counted.counted_date = expected.calendar_date
where coalesce(expected.calendar_date, counted.counted_date) is not null
order by 1`;
}
