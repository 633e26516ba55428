import type { Dialect } from "../domain/dialect.ts";
import { datasetOf, type TableId } from "../domain/table-id.ts";
import { rowsOfArrays } from "./arrays.ts";
import { quoteName, quoteTable } from "./identifiers.ts";

/**
 * What the engine says of the partitions of tables without reading them: (table_schema, table_name, partition_id,
 * total_rows, last_modified), the last in microseconds since 1970, and a row per partitioned table with its
 * partition_column. Tables are named by @tables as well. Undefined where the engine has no such metadata.
 */
export function partitionMetadata(dialect: Dialect, tables: readonly TableId[]): string | undefined {
  if (dialect === "duckdb") return undefined;
  const datasets = [...new Set(tables.map(datasetOf))];
  return datasets
    .flatMap((dataset) => [partitionsOf(dataset), partitionColumnsOf(dataset)])
    .join("\nunion all\n");
}

function partitionsOf(dataset: string): string {
  return `select
  table_schema, table_name, partition_id, total_rows, unix_micros(last_modified_time) as last_modified,
  cast(null as string) as partition_column
from ${quoteName("googlesql", dataset)}.INFORMATION_SCHEMA.PARTITIONS
where table_name in unnest(@tables)`;
}

function partitionColumnsOf(dataset: string): string {
  return `select
  table_schema, table_name, cast(null as string), cast(null as int64), cast(null as int64), column_name
from ${quoteName("googlesql", dataset)}.INFORMATION_SCHEMA.COLUMNS
where table_name in unnest(@tables) and is_partitioning_column = 'YES'`;
}

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

/** The version recorded last of each (table_name, analysis_date) among @tables, @hash_tags and the dates of a range. */
export function recordedVersions(dialect: Dialect, store: TableId): string {
  return `select table_name, cast(analysis_date as string) as analysis_date, row_count, last_modified, hash_tag, version
from ${quoteTable(dialect, store)}
where analysis_date between @start_date and @end_date
  and table_name in unnest(@tables) and hash_tag in unnest(@hash_tags)
qualify row_number() over (
  partition by table_name, analysis_date, hash_tag
  order by recorded_at desc, last_modified desc, version
) = 1`;
}

/** Appends versions to `cascade_versions`, an element of each array parameter a row. */
export function appendVersions(dialect: Dialect, store: TableId): string {
  const names = versionColumnNames.join(", ");
  return `insert into ${quoteTable(dialect, store)} (${names}, recorded_at)
select ${names}, current_timestamp()
from (${rowsOfArrays(dialect, versionColumns)}) as hashed`;
}
