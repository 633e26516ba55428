/** Which SQL dialect a warehouse speaks; `src/sql` has one function per question on which they differ. */
export type Dialect = "duckdb" | "googlesql";
