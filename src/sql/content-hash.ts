import type { Dialect } from "./dialect.ts";
import { quoteNames } from "./identifiers.ts";

/**
 * One table's content per date in [@start_date, @end_date], of those in @dates where `isOnDates`: (analysis_date,
 * row_count, version).
 */
export function contentByDate(
  dialect: Dialect,
  source: {
    readonly from: string;
    readonly dateColumn: string;
    readonly columns: readonly string[];
    readonly isOnDates?: boolean;
  },
): string {
  const date = quoteNames(dialect, [source.dateColumn]);
  return `select
  cast(${date} as string) as analysis_date,
  count(*) as row_count,
  ${dialect.contentHash(source.columns)} as version
from ${source.from} as stored_row
where ${date} between @start_date and @end_date${source.isOnDates === true ? ` and ${dialect.isIn(date, "dates")}` : ""}
group by 1
order by 1`;
}
