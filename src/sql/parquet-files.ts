import { duckdb } from "./duckdb.ts";

/** The statement that writes a query's rows to one Parquet file. DuckDB only. */
export function writeParquet(query: string, path: string): string {
  return `copy (${query}) to ${duckdb.quoteText(path)} (format parquet, compression zstd)`;
}

/** Parquet files as one relation; columns are matched by name. DuckDB only. */
export function parquetRows(paths: readonly string[]): string {
  return `read_parquet([${paths.map(duckdb.quoteText).join(", ")}], union_by_name = true)`;
}
