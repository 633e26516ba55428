/** Which engine a warehouse is; one table says all that differs between them beside their SQL. */
export type EngineName = "duckdb" | "bigquery";
