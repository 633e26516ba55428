import type { Dialect, HashedColumn } from "./dialect.ts";
import { dateOf } from "./identifiers.ts";
import type { Calendar } from "../runbook/runbook.ts";

/**
 * One table's content per date in [@start_date, @end_date], of those in @dates where `isOnDates`: (analysis_date,
 * row_count, version).
 */
export function contentByDate(
  dialect: Dialect,
  source: {
    readonly from: string;
    readonly dateColumn: string;
    readonly columns: readonly HashedColumn[];
    readonly isOnDates?: boolean;
  },
): string {
  const date = dateOf(dialect, source.dateColumn);
  return `select
  cast(${date} as string) as analysis_date,
  count(*) as row_count,
  ${dialect.contentHash(source.columns)} as version
from ${source.from} as stored_row
where ${date} between @start_date and @end_date${source.isOnDates === true ? ` and ${dialect.isIn(date, "dates")}` : ""}
group by 1
order by 1`;
}

/** All that a table holds: one row (row_count, version). */
export function wholeContent(dialect: Dialect, from: string, columns: readonly HashedColumn[]): string {
  return `select count(*) as row_count, ${dialect.contentHash(columns)} as version from ${from} as stored_row`;
}

/** What the version of a partition's failures is a hash of; reasons belong to those who read them. */
export function hashedFailure(entity: string): readonly HashedColumn[] {
  return [
    { name: entity, type: "string" },
    { name: "failure_category", type: "string" },
  ];
}

/** The columns of the calendar table: the declared ones and the period. */
export function calendarColumns(calendar: Pick<Calendar, "columns">): readonly HashedColumn[] {
  return [...calendar.columns, { name: "period", type: "string" }];
}
