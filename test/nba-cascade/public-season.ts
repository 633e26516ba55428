import assert from "node:assert/strict";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CalendarDate } from "../../src/domain/calendar-date.ts";
import type { Selection } from "../../src/plan/plan.ts";
import { readRunbook } from "../../src/run/read-runbook.ts";
import { runBackfill, type RunResult } from "../../src/run/run-backfill.ts";
import type { Runbook } from "../../src/runbook/runbook.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import type { Row, Warehouse } from "../../src/warehouse/warehouse.ts";
import { wallEffects } from "../run/shop.ts";
import { keptFile } from "./kept-file.ts";
import { keptPublicFiles, publicFolder } from "./season.ts";
import { onOneCore } from "../one-core.ts";

export const novemberAndDecember = { from: "2021-11-01" as CalendarDate, to: "2021-12-31" as CalendarDate };

/** The public season in files: raw tables only, and with the cascade of November and December. Opens copies of them. */
export type PublicSeason = AsyncDisposable & {
  readonly runbook: Runbook;
  readonly openRaw: () => Promise<Warehouse>;
  readonly openBuilt: () => Promise<Warehouse>;
};

/** Takes the public files as they were loaded, and the cascade that was run on them from an empty ledger and kept. */
export async function openPublicSeason(): Promise<PublicSeason> {
  const runbook = await readRunbook("nba-cascade");
  const folder = await mkdtemp(join(tmpdir(), "cascade-season-"));
  const [raw, built] = [await keptPublicFiles(), await keptNovemberAndDecember(runbook)];
  let copies = 0;
  async function openCopy(path: string): Promise<Warehouse> {
    copies += 1;
    const copy = join(folder, `copy-${copies}.duckdb`);
    await copyFile(path, copy);
    return onOneCore(await openDuckDb({ path: copy }));
  }
  return {
    runbook,
    openRaw: () => openCopy(raw),
    openBuilt: () => openCopy(built),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

async function keptNovemberAndDecember(runbook: Runbook): Promise<string> {
  return keptFile("public-november", {
    inputs: [publicFolder.pathname],
    async make(path) {
      await copyFile(await keptPublicFiles(), path);
      await using warehouse = await onOneCore(await openDuckDb({ path }));
      const request = { runbook, selection: { range: novemberAndDecember } };
      const { isClean } = await runBackfill(warehouse, request, wallEffects());
      assert.equal(isClean, true);
    },
  });
}

/** Runs November and December, or what the selection says instead, without gates. Windows are audited where it is kept. */
export async function runSeason(
  warehouse: Warehouse,
  runbook: Runbook,
  selection: Partial<Selection> = {},
): Promise<RunResult> {
  const request = {
    runbook,
    selection: { range: novemberAndDecember, ...selection },
    skipAudit: true,
  };
  return runBackfill(warehouse, request, wallEffects());
}

/** Rows of a query. */
export async function read(warehouse: Warehouse, sql: string): Promise<readonly Row[]> {
  return warehouse.query({ sql, purpose: "read for a test" });
}

/** Changes tables behind the engine's back, in one transaction. */
export async function change(warehouse: Warehouse, ...statements: readonly string[]): Promise<void> {
  await warehouse.execute(statements.map((sql) => ({ sql, purpose: "change for a test" })));
}

/** A version per table and date of what the tables hold, as the tests hash it: `table date` → rows and sum of their hashes. */
export async function contentByDate(
  warehouse: Warehouse,
  tables: readonly { readonly table: string; readonly dateColumn: string }[],
): Promise<ReadonlyMap<string, string>> {
  const versions = new Map<string, string>();
  for (const { table, dateColumn } of tables) {
    const rows = await read(
      warehouse,
      `select ${dateColumn} as day, count(*) || ':' || sum(hash(cast(content as varchar))::hugeint) as version
       from ${table} as content group by 1`,
    );
    for (const { day, version } of rows) versions.set(`${table} ${String(day)}`, String(version));
  }
  return versions;
}

/** The same for the failures of each processor that hold now: `id failures date` → hash of entities and categories. */
export async function failuresByDate(
  warehouse: Warehouse,
  ledger: string,
): Promise<ReadonlyMap<string, string>> {
  const rows = await read(
    warehouse,
    `select processor_name, analysis_date, md5(string_agg(entity_id || ' ' || failure_category, chr(10) order by entity_id)) as version
     from ${ledger}.precompute_failures group by 1, 2`,
  );
  return new Map(
    rows.map((row) => [
      `${String(row["processor_name"])} failures ${String(row["analysis_date"])}`,
      String(row["version"]),
    ]),
  );
}
