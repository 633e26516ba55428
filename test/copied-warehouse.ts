import { copyFile } from "node:fs/promises";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDuckDb } from "../src/warehouse/duckdb.ts";
import type { Warehouse } from "../src/warehouse/warehouse.ts";
import { onOneCore } from "./one-core.ts";

/** A warehouse of one's own, and what making its original gave. */
export type Copied<Result> = { readonly warehouse: Warehouse; readonly result: Result };

/** Opens copies of a DuckDB file that `make` fills once in a process, when the first is asked for. */
export function copiesOf<Result>(make: (path: string) => Promise<Result>): () => Promise<Copied<Result>> {
  let original: Promise<{ readonly folder: string; readonly result: Result }> | undefined;
  let copies = 0;
  async function fill(): Promise<{ readonly folder: string; readonly result: Result }> {
    const folder = mkdtempSync(join(tmpdir(), "cascade-copies-"));
    process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
    return { folder, result: await make(join(folder, "original.duckdb")) };
  }
  return async () => {
    original ??= fill();
    const { folder, result } = await original;
    copies += 1;
    const path = join(folder, `${copies}.duckdb`);
    await copyFile(join(folder, "original.duckdb"), path);
    // What DuckDB has not yet written into the file when the original is closed stands beside it.
    const log = join(folder, "original.duckdb.wal");
    if (existsSync(log)) await copyFile(log, `${path}.wal`);
    return { warehouse: await onOneCore(await openDuckDb({ path })), result };
  };
}
