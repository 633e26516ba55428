import { existsSync } from "node:fs";
import type { CalendarDate } from "../../src/domain/calendar-date.ts";
import { runIngest } from "../../src/run/ingest.ts";
import { readRunbook } from "../../src/run/read-runbook.ts";
import { runBackfill, type RunResult } from "../../src/run/run-backfill.ts";
import type { Runbook } from "../../src/runbook/runbook.ts";
import { inMemory, openDuckDb } from "../../src/warehouse/duckdb.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import { testEffects } from "../run/shop.ts";
import { onOneCore } from "../one-core.ts";

/** Folder of the public season's files, which lie beside the repository. */
export const publicFolder = new URL("../../../shared/data/", import.meta.url);

/** Why tests on the public season are skipped, or false. */
export const withoutPublicSeason = existsSync(publicFolder)
  ? false
  : "needs the files of the public season in ../shared/data";

export const octoberToDecember = { from: "2021-10-19" as CalendarDate, to: "2021-12-31" as CalendarDate };

/** A season in memory: raw tables from the sample or the public files, and the cascade from its start to December. */
export type Season = AsyncDisposable & {
  readonly runbook: Runbook;
  readonly warehouse: Warehouse;
  readonly result: RunResult;
};

/** Builds the raw tables and runs the cascade from the first game of the season to the end of December 2021. */
export async function openSeason(source: "sample" | "public"): Promise<Season> {
  const runbook = await readRunbook("nba-cascade");
  const ingest = source === "public" ? runbook.load : runbook.sample;
  if (ingest === undefined) throw new Error(`The runbook has no ${source} season`);
  const warehouse = await onOneCore(await openDuckDb({ path: inMemory }));
  await runIngest(warehouse, { runbook, ingest, from: publicFolder.pathname, parameters: {} });
  const result = await runBackfill(
    warehouse,
    { runbook, selection: { range: octoberToDecember } },
    testEffects(),
  );
  return { runbook, warehouse, result, [Symbol.asyncDispose]: () => warehouse[Symbol.asyncDispose]() };
}
