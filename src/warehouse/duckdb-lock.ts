import { resolve } from "node:path";
import { scratchFolder } from "./scratch-folder.ts";

/** What a locked DuckDB may still touch beside its own database. */
export type DuckDbLock = {
  /** Folders of files that our own statements read and write. */
  readonly folders: readonly string[];
  /** Most threads; the cores of the machine unless given. */
  readonly threads?: number | undefined;
};

/**
 * Statements after which nothing that runs reaches a file out of the folders, the network or an extension, and no
 * setting can be changed back: https://duckdb.org/docs/stable/operations_manual/securing_duckdb/overview
 */
export function lockStatements({ folders, threads }: DuckDbLock): readonly string[] {
  const allowed = [scratchFolder(), ...folders].map((folder) => `'${resolve(folder).replaceAll("'", "''")}'`);
  return [
    ...(threads === undefined ? [] : [`set threads = ${threads}`]),
    `set allowed_directories = [${allowed.join(", ")}]`,
    "set enable_external_access = false",
    "set lock_configuration = true",
  ];
}
