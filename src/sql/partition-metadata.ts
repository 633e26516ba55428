import type { Dialect } from "./dialect.ts";
import type { TableId } from "../domain/table-id.ts";
import { quoteTable } from "./identifiers.ts";

const versionColumns = [
  { name: "table_name", type: "string" },
  { name: "analysis_date", type: "date" },
  { name: "row_count", type: "int64" },
  { name: "last_modified", type: "int64" },
  { name: "hash_tag", type: "string" },
  { name: "version", type: "string" },
] as const;

/** The columns of `cascade_versions` in the order of `appendVersions`, which takes an array parameter of each name. */
const versionColumnNames = versionColumns.map(({ name }) => name);

/** The version recorded last of each (table_name, analysis_date), and how many there are of it (`recorded`), among @tables, @hash_tags and the dates of a range. */
export function recordedVersions(dialect: Dialect, store: TableId): string {
  return `select table_name, cast(analysis_date as string) as analysis_date, row_count, last_modified, hash_tag, version,
  count(*) over (partition by table_name, analysis_date, hash_tag) as recorded
from ${quoteTable(dialect, store)}
where analysis_date between @start_date and @end_date
  and table_name in unnest(@tables) and hash_tag in unnest(@hash_tags)
qualify row_number() over (
  partition by table_name, analysis_date, hash_tag
  order by recorded_at desc, last_modified desc, version
) = 1`;
}

/**
 * Deletes from `cascade_versions` what `recordedVersions` never gives: all but those recorded last of a table, date and
 * hash tag. The subquery names no column of the outer table, which engines refuse in a DELETE.
 */
export function forgetVersions(dialect: Dialect, store: TableId): string {
  const table = quoteTable(dialect, store);
  return `delete from ${table}
where ${recordText("recorded_at")} not in (
  select ${recordText("max(recorded_at)")}
  from ${table}
  group by table_name, analysis_date, hash_tag
)`;
}

function recordText(recordedAt: string): string {
  return `concat(table_name, ' ', cast(analysis_date as string), ' ', hash_tag, ' ', cast(${recordedAt} as string))`;
}

/** Appends versions to `cascade_versions`, an element of each array parameter a row. */
export function appendVersions(dialect: Dialect, store: TableId): string {
  const names = versionColumnNames.join(", ");
  return `insert into ${quoteTable(dialect, store)} (${names}, recorded_at)
select ${names}, current_timestamp()
from (${dialect.rowsOfArrays(versionColumns)}) as hashed`;
}
