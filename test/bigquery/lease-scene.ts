import assert from "node:assert/strict";
import { join } from "node:path";
import type { CalendarDate } from "../../src/domain/calendar-date.ts";
import { runBackfill } from "../../src/run/run-backfill.ts";
import type { Runbook } from "../../src/runbook/runbook.ts";
import type { Row, Warehouse } from "../../src/warehouse/warehouse.ts";
import { start, type Started } from "../cli/cascade.ts";
import { readShop, wallEffects } from "../run/shop.ts";
import { openEmulatedShop, type EmulatedWarehouse } from "./emulated-shop.ts";
import { startStalling, type Stall } from "./stalling-proxy.ts";

/** Two days in the shop's first period. */
export const early = ["2024-01-01", "2024-01-02"] as const;

/** Statements of a cell, by what they write. */
export const stage = /create table if not exists `shop_processing`\.`_cascade_stage_/;
export const partitions = /merge `shop_analytics`/;
export const ledgerRows = /insert into `shop_processing`\.`cascade_partitions`/;

/** A process, one of whose jobs does not end before it is released; disposing kills it. */
type StalledRun = Started & AsyncDisposable & { readonly release: () => void };

/** The shop on an emulator, worked on by this process and by others. */
export type LeaseScene = AsyncDisposable & {
  readonly runbook: Runbook;
  readonly shop: EmulatedWarehouse;
  readonly rowsOf: (sql: string) => Promise<readonly Row[]>;
  readonly leases: () => Promise<readonly Row[]>;
  /** Number of ledger rows. */
  readonly attempts: () => Promise<number>;
  readonly newestRun: () => Promise<{ readonly id: string; readonly status: string }>;
  /** Moves the warehouse's clock, as far as leases go. */
  readonly letLeasesExpire: () => Promise<void>;
  /** Starts a process that runs the sales of some days anew, and waits until its first job with that statement stalls. */
  readonly startStalled: (dates: readonly [string, string], stall: Stall) => Promise<StalledRun>;
  /** Runs the early days anew in this process; what became of them. */
  readonly runEarly: () => Promise<readonly string[]>;
};

/** Opens the scene. */
export async function openLeaseScene(): Promise<LeaseScene> {
  const runbook = await readDays();
  const shop = await openEmulatedShop(runbook);
  const { warehouse, emulator } = shop;
  async function rowsOf(sql: string): Promise<readonly Row[]> {
    return warehouse.query({ sql, purpose: "look" });
  }
  return {
    runbook,
    shop,
    rowsOf,
    leases: () => rowsOf("select * from shop_processing.cascade_leases order by period, token"),
    async attempts() {
      const [row] = await rowsOf("select count(*) as attempts from shop_processing.cascade_partitions");
      return Number(row?.["attempts"]);
    },
    async newestRun() {
      const order = "order by started_at desc limit 1";
      const [row] = await rowsOf(`select run_id, status from shop_processing.cascade_runs ${order}`);
      return { id: String(row?.["run_id"]), status: String(row?.["status"]) };
    },
    letLeasesExpire: () => letLeasesExpire(warehouse),
    startStalled: (dates, stall) => startStalled(emulator.endpoint, { processor: "DAY", dates }, stall),
    async runEarly() {
      const range = { from: early[0] as CalendarDate, to: early[1] as CalendarDate };
      const selection = { range, processors: ["DAY"], force: true };
      const { cells } = await runBackfill(warehouse, { runbook, selection, skipAudit: true }, wallEffects());
      return cells.flatMap(({ outcomes }) => outcomes.map(({ kind }) => kind));
    },
    [Symbol.asyncDispose]: () => shop[Symbol.asyncDispose](),
  };
}

/** The first processor of the shop, without lead-in dates: a cell has the dates that were asked for and no others. */
export async function readDays(): Promise<Runbook> {
  const runbook = await readShop();
  const processors = runbook.processors.filter(({ id }) => id === "DAY");
  return { ...runbook, gates: [], processors: processors.map((days) => ({ ...days, leadIn: false })) };
}

/** Moves the warehouse's clock, as far as leases go. */
export async function letLeasesExpire(warehouse: Warehouse): Promise<void> {
  const sql = `update shop_processing.cascade_leases
set expires_at = timestamp_sub(current_timestamp(), interval 1 second)
where true`;
  await warehouse.execute([{ sql, purpose: "let leases expire" }]);
}

/** What a process is to run of the shop: a processor anew, or what is missing of `all`. */
type Asked = { readonly processor: string; readonly dates: readonly [from: string, to: string] };

/** Starts a process that runs some days of the shop on the service at an address. */
export function startShop(endpoint: string, { processor, dates }: Asked): Started {
  const program = join(import.meta.dirname, "run-emulated.ts");
  return start(process.execPath, [program, endpoint, processor, ...dates]);
}

/** Starts a process on a service, and waits until its first job with a statement stalls. */
export async function startStalled(endpoint: string, asked: Asked, stall: Stall): Promise<StalledRun> {
  const proxy = await startStalling(endpoint, stall);
  const run = startShop(proxy.endpoint, asked);
  const lost = await Promise.race([proxy.reached, run.ended.then(({ stderr }) => stderr)]);
  if (lost !== undefined) await proxy[Symbol.asyncDispose]();
  assert.equal(lost, undefined);
  return {
    ...run,
    release: proxy.release,
    async [Symbol.asyncDispose]() {
      run.kill("SIGKILL");
      await proxy[Symbol.asyncDispose]();
    },
  };
}
