import type { DuckDBConnection } from "@duckdb/node-api";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Fault } from "../errors.ts";
import { duckdbCatalogs, duckdbSearchPath } from "../sql/duckdb.ts";
import { openFault } from "./duckdb-faults.ts";
import { refuseAbsent } from "./duckdb-place.ts";
import type { Turns } from "./open-turns.ts";
import { removeLeftovers } from "./spill-folder.ts";

/** A database file that sessions use. */
export type AttachedFile = {
  /** The connection that has attached it. */
  readonly root: DuckDBConnection;
  readonly path: string;
  /** Statements share the file; while it is lent, none runs. */
  readonly turns: Turns;
};

/** Attaches a database file, which is created unless it is only read. Faults: warehouse-missing, warehouse-locked, warehouse-unusable. */
export async function attachFile(
  connection: DuckDBConnection,
  path: string,
  readOnly: boolean,
): Promise<void> {
  if (readOnly) refuseAbsent(path);
  else mkdirSync(dirname(path), { recursive: true });
  try {
    await connection.run(attachStatement(path, readOnly ? " (read_only)" : ""));
  } catch (cause) {
    throw openFault(path, cause);
  }
  if (!readOnly) removeLeftovers(path);
}

/** The statement that makes a database the one that names of two parts are looked up in. */
export function attachStatement(path: string, option = ""): string {
  return `attach '${path.replaceAll("'", "''")}' as ${duckdbCatalogs.database}${option}`;
}

/** Closes the file while another process works; what sessions keep for themselves stays in memory. Fault: warehouse-locked. */
export async function lendFile<Result>(
  { root, path, turns }: AttachedFile,
  work: () => Promise<Result>,
): Promise<Result> {
  return turns.alone(async () => {
    await detachFile(root);
    try {
      return await work();
    } finally {
      await attachAgain(root, path);
    }
  });
}

/** How often, and at most how many times, a file is tried that somebody else has opened to look into it. */
const retryMs = 100;
const mostTries = 300;

async function attachAgain(root: DuckDBConnection, path: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await attachFile(root, path, false);
      break;
    } catch (fault) {
      const isLocked = fault instanceof Fault && fault.code === "warehouse-locked";
      if (!isLocked || tries >= mostTries) throw fault;
      await wait(retryMs);
    }
  }
  await root.run(`set search_path = '${duckdbSearchPath}'`);
}

/** Writes all into the file and lets go of it, in the background: what closing the engine does would stop the process. */
export async function detachFile(connection: DuckDBConnection): Promise<void> {
  await connection.run(`use ${duckdbCatalogs.memory}`);
  await connection.run(`detach ${duckdbCatalogs.database}`);
}
