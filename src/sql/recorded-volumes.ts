import type { TableId } from "../domain/table-id.ts";
import type { Dialect } from "./dialect.ts";
import { quoteTable } from "./identifiers.ts";
import { noEarlier } from "./writing-time.ts";

const volumeColumns = [
  { name: "table_name", type: "string" },
  { name: "analysis_date", type: "date" },
  { name: "row_count", type: "int64" },
] as const;

const volumeNames = volumeColumns.map(({ name }) => name).join(", ");

/** The rows recorded last of each (table_name, analysis_date) among @tables and the dates of a range. */
export function recordedVolumes(dialect: Dialect, store: TableId): string {
  return `select table_name, cast(analysis_date as string) as analysis_date, row_count
from ${quoteTable(dialect, store)}
where analysis_date between @start_date and @end_date
  and ${dialect.isIn("table_name", "tables")}
qualify row_number() over (
  partition by table_name, analysis_date
  order by recorded_at desc, row_count desc
) = 1`;
}

/** Appends to `cascade_volumes`, an element of each array parameter a row, later than what is there. */
export function appendVolumes(dialect: Dialect, store: TableId): string {
  const table = quoteTable(dialect, store);
  return `insert into ${table} (${volumeNames}, recorded_at)
select ${volumeNames}, ${noEarlier(dialect, "@recorded_at", "latest")}
from (${dialect.rowsOfArrays(volumeColumns)}) as counted
cross join (select max(recorded_at) as latest from ${table}) as known`;
}
