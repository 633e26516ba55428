import type { Dialect } from "./dialect.ts";

/** Whether a date is one of @dates; the bounds @start_date and @end_date let the engine prune partitions. */
export function onDates(dialect: Dialect, date: string): string {
  return `${date} between @start_date and @end_date and ${dialect.isIn(date, "dates")}`;
}
