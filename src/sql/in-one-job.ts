import type { Dialect } from "../domain/dialect.ts";

/**
 * Statements to be sent together, in order: on BigQuery one script, which is one job, on DuckDB each on its own inside a
 * transaction. A script whose statement fails is sent again from its beginning, so all but the last must be safe to
 * repeat.
 */
export function inOneJob(dialect: Dialect, statements: readonly string[]): readonly string[] {
  if (dialect === "duckdb" || statements.length === 0) return statements;
  return [statements.join(";\n")];
}
