import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CalendarDate, DateRange } from "../../src/domain/calendar-date.ts";
import { runIngest } from "../../src/run/ingest.ts";
import { readRunbook } from "../../src/run/read-runbook.ts";
import { runBackfill } from "../../src/run/run-backfill.ts";
import type { Runbook } from "../../src/runbook/runbook.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import { testEffects } from "../run/shop.ts";
import { onOneCore } from "../one-core.ts";
import { keptFile } from "./kept-file.ts";

/** Folder of the public season's files, which lie beside the repository. */
export const publicFolder = new URL("../../../shared/data/", import.meta.url);

/** Why tests on the public season are skipped, or false. */
export const withoutPublicSeason = existsSync(publicFolder)
  ? false
  : "needs the files of the public season in ../shared/data";

/** The sample season up to a few days after the one on which faults are put in. */
export const octoberToFaults = { from: "2021-10-19" as CalendarDate, to: "2021-12-14" as CalendarDate };

export const octoberToDecember = { from: "2021-10-19" as CalendarDate, to: "2021-12-31" as CalendarDate };

/** A season of one's own: raw tables from the sample or the public files, and the cascade from its start to December. */
export type Season = AsyncDisposable & { readonly runbook: Runbook; readonly warehouse: Warehouse };

/** A copy of the kept season, for whoever asks to change as they like. */
export async function openSeason(source: "sample" | "public"): Promise<Season> {
  const folder = await mkdtemp(join(tmpdir(), "cascade-season-"));
  const path = join(folder, "season.duckdb");
  await copyFile(await keptSeason(source), path);
  const warehouse = await onOneCore(await openDuckDb({ path }));
  return {
    runbook: await readRunbook("nba-cascade"),
    warehouse,
    async [Symbol.asyncDispose]() {
      await warehouse[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The database of a season whose cascade has run from its first game to the end of December 2021. Copy it to change it. */
export async function keptSeason(source: "sample" | "public"): Promise<string> {
  return keptFile(source, {
    inputs: source === "public" ? [publicFolder.pathname] : [],
    make: (path) => runSeason(path, source, octoberToDecember),
  });
}

/** The database of a sample season that ends soon after the day of the faults. Copy it to change it. */
export async function keptSeasonForFaults(): Promise<string> {
  return keptFile("faults", { make: (path) => runSeason(path, "sample", octoberToFaults) });
}

async function runSeason(path: string, source: "sample" | "public", range: DateRange): Promise<void> {
  const runbook = await readRunbook("nba-cascade");
  if (source === "public") await copyFile(await keptPublicFiles(), path);
  await using warehouse = await onOneCore(await openDuckDb({ path }));
  if (source === "sample") await fill(warehouse, runbook, { source, last: range.to });
  const { isClean } = await runBackfill(warehouse, { runbook, selection: { range } }, testEffects());
  assert.equal(isClean, true);
}

/** The database of the public season's raw tables. Copy it to change it. */
export async function keptPublicFiles(): Promise<string> {
  return keptFile("public-raw", {
    inputs: [publicFolder.pathname],
    async make(path) {
      await using warehouse = await onOneCore(await openDuckDb({ path }));
      await fill(warehouse, await readRunbook("nba-cascade"), {
        source: "public",
        last: octoberToDecember.to,
      });
    },
  });
}

async function fill(
  warehouse: Warehouse,
  runbook: Runbook,
  { source, last }: { readonly source: "sample" | "public"; readonly last: CalendarDate },
): Promise<void> {
  const ingest = source === "public" ? runbook.load : runbook.sample;
  if (ingest === undefined) throw new Error(`The runbook has no ${source} season`);
  const parameters = source === "public" ? {} : { last_date: last };
  await runIngest(warehouse, { runbook, ingest, from: publicFolder.pathname, parameters });
}
