/** The statements of a script that the product generates: each ends with a semicolon at the end of a line. */
export function splitScript(sql: string): readonly string[] {
  return sql
    .split(/;\s*\n/)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== "");
}
