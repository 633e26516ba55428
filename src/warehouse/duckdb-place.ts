import { existsSync } from "node:fs";
import { Fault } from "../errors.ts";

/** Path that opens a database in memory. */
export const inMemory = ":memory:";

/** Where a run that holds a DuckDB file tells others how far it is. */
export function progressPathOf(databasePath: string): string {
  return `${databasePath}.progress`;
}

/** Refuses to read a database that nobody has made yet. Fault: warehouse-missing. */
export function refuseAbsent(path: string): void {
  if (path !== inMemory && !existsSync(path)) throw absentFault(path);
}

/** Why a database cannot be opened that is not there. */
export function absentFault(path: string, cause?: unknown): Fault {
  return new Fault("warehouse-missing", `Cannot open "${path}": there is no database yet`, {
    hint: "Create it with `cascade sample`, `cascade load --from <dir>` or `npm start`",
    cause,
  });
}
