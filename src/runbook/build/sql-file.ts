import type { RunbookFiles } from "../declaration.ts";
import type { SqlFile } from "../runbook.ts";

/** The SQL file at the path, which the checks have found to exist. */
export function sqlFile(files: RunbookFiles, file: string): SqlFile {
  return { file, text: files.get(file) ?? "" };
}
