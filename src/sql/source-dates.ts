import { everyDate } from "../domain/calendar-date.ts";
import type { Source } from "../runbook/runbook.ts";
import type { Dialect } from "./dialect.ts";
import { dateOf, quoteDate, storedRows } from "./identifiers.ts";

/**
 * The first and the last date of some sources, of the years 1000 to 9999, and today in the zone of the session. Grain: one
 * row per source that has a date: (first_date, last_date, today).
 */
export function sourceDates(
  dialect: Dialect,
  sources: readonly Pick<Source, "table" | "dateColumn">[],
): string {
  const parts = sources.map(({ table, dateColumn }) => {
    const date = dateOf(dialect, dateColumn);
    return `select min(${date}) as first_date, max(${date}) as last_date
  from ${storedRows(dialect, table)}
  where ${date} between ${quoteDate(dialect, everyDate.from)} and ${quoteDate(dialect, everyDate.to)}`;
  });
  return `select
  cast(first_date as string) as first_date,
  cast(last_date as string) as last_date,
  cast(cast(current_timestamp as date) as string) as today
from (
  ${parts.join("\n  union all\n  ")}
) as source_dates
where first_date is not null`;
}
