import { plainSql, unendedSql } from "../../domain/sql-statement.ts";
import type { RunbookFiles } from "../declaration.ts";
import type { SqlFile } from "../ingest.ts";

/** The statement in the SQL file at the path, which the checks have found to be there, and to be one. */
export function sqlFile(files: RunbookFiles, file: string): SqlFile {
  return { file, text: unendedSql(scriptFile(files, file).text) };
}

/** The SQL file at the path, of however many statements. */
export function scriptFile(files: RunbookFiles, file: string): SqlFile {
  return { file, text: plainSql(files.get(file) ?? "") };
}
