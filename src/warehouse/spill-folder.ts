import { randomBytes } from "node:crypto";
import { accessSync, constants, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { inMemory } from "./duckdb-place.ts";

/** Of this process, and nothing that another user of the machine could guess and lay something under. */
const own = `${process.pid}-${randomBytes(8).toString("hex")}`;

/**
 * Where DuckDB puts what does not fit into memory: beside the database, whose disk is made for data; among temporary files
 * where it has no file, or its folder takes none. DuckDB makes it when it needs it, and removes it when it is closed.
 */
export function spillFolder(path: string): string {
  const isBeside = path !== inMemory && takesFiles(dirname(resolve(path)));
  return isBeside ? `${resolve(path)}${mark}${own}` : join(tmpdir(), `cascade-duckdb-${own}`);
}

const mark = ".spill-";

/**
 * Removes what processes that were killed have left beside a database. To be called by who holds its lock for writing:
 * nobody else has it open then, but one that has lent it to a command, which is alive.
 */
export function removeLeftovers(path: string): void {
  const folder = dirname(resolve(path));
  const start = `${basename(path)}${mark}`;
  for (const name of readdirSync(folder)) {
    const pid = /^(\d+)-[0-9a-f]{16}$/.exec(name.startsWith(start) ? name.slice(start.length) : "")?.[1];
    if (pid !== undefined && !isAlive(Number(pid)))
      rmSync(join(folder, name), { recursive: true, force: true });
  }
}

/** Also where it is not there yet: it is made with the database. */
function takesFiles(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch (cause) {
    return codeOf(cause) === "ENOENT";
  }
}

/** Whether a process runs, whoever's it is. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return codeOf(cause) === "EPERM";
  }
}

function codeOf(cause: unknown): unknown {
  return cause instanceof Error && "code" in cause ? cause.code : undefined;
}
