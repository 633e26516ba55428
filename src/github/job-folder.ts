import { handsTablesOn } from "../engines/engine-table.ts";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** The file of a job that makes its warehouse of artifacts. */
export function databaseOf({ folder }: { readonly folder: string }): string {
  return join(folder, "warehouse.duckdb");
}

/** The address of a job's warehouse: its own file, or the cloud's. */
export function addressOf(warehouse: string, job: { readonly folder: string }): string {
  return handsTablesOn(warehouse) ? `${warehouse}:${databaseOf(job)}` : warehouse;
}

/** Keeps what the end of a job has to know of its work, also when the work dies. */
export async function writeHandover(folder: string, handover: object): Promise<void> {
  await writeFile(join(folder, handoverFile), JSON.stringify(handover));
}

/** What `writeHandover` kept last; undefined when the work never came so far. */
export async function readHandover(folder: string): Promise<unknown> {
  const text = await readFile(join(folder, handoverFile), "utf8").catch(() => undefined);
  return text === undefined ? undefined : JSON.parse(text);
}

const handoverFile = "handover.json";
