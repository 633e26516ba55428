import { readState } from "../../src/ledger/read-state.ts";
import { planBackfill } from "../../src/plan/plan-backfill.ts";
import { runIngest } from "../../src/run/ingest.ts";
import { readRunbook } from "../../src/run/read-runbook.ts";
import { runBackfill } from "../../src/run/run-backfill.ts";
import type { CalendarDate } from "../../src/domain/calendar-date.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import { cascade } from "../cli/cascade.ts";
import { wallEffects } from "../run/shop.ts";
import { correctLarge, fillLarge, runBareStatement } from "./large.bench.ts";
import { benchPlan } from "./plan.bench.ts";
import { runCheckedScript, runDateByDate, runNakedScript } from "./scripts.ts";

/** What one process measured: time of the work without opening the file, and the most memory it had. */
export type Measured = {
  readonly seconds: number;
  /** Seconds of all processors together, opening included. */
  readonly cpuSeconds: number;
  readonly peakMb: number;
  /** Rows, dates or partitions, whatever the work counts. */
  readonly count: number;
};

type Work = Pick<Measured, "seconds" | "count">;

const runbook = await readRunbook("nba-cascade");
const [name = "", path = "", from = "2021-11-01", to = "2021-12-31"] = process.argv.slice(2);
const range = { from: from as CalendarDate, to: to as CalendarDate };

const works: Readonly<Record<string, () => Promise<Work>>> = {
  load: () => onWarehouse((warehouse) => ingest(warehouse, "load", { from })),
  sample: () => onWarehouse((warehouse) => ingest(warehouse, "sample", { seasons: Number(from) })),
  engine: () => onWarehouse(runEngine),
  "engine-without-audit": () => onWarehouse((warehouse) => runEngine(warehouse, { skipAudit: true })),
  command: () => timed(() => runCommand([])),
  "command-without-audit": () => timed(() => runCommand(["--no-audit"])),
  checked: () =>
    onWarehouse(async (warehouse) => runCheckedScript(warehouse, { runbook, range }).then(() => 1)),
  naked: () => onWarehouse(async (warehouse) => runNakedScript(warehouse, { runbook, range }).then(() => 1)),
  "date-by-date": () =>
    onWarehouse(async (warehouse) => runDateByDate(warehouse, { runbook, range }).then(() => 1)),
  correct: () => onWarehouse(correctGame),
  cases: testCases,
  "plan-again": () => onWarehouse(planAgain),
  "large-fill": () => onWarehouse((warehouse) => fillLarge(warehouse, Number(from))),
  "large-bare": () => onWarehouse(runBareStatement),
  "large-correct": () => onWarehouse(correctLarge),
  "large-command": () => timed(() => runCommand([], from)),
  "large-plan": () => timed(() => runCommand([], from, "plan")),
  planner: () => {
    const { seconds, peakMb } = benchPlan();
    return Promise.resolve({ seconds, count: peakMb });
  },
};

async function onWarehouse(work: (warehouse: Warehouse) => Promise<number>): Promise<Work> {
  await using warehouse = await openDuckDb({ path });
  return await timed(() => work(warehouse));
}

async function timed(work: () => Promise<number>): Promise<Work> {
  const startedAt = performance.now();
  const count = await work();
  return { seconds: (performance.now() - startedAt) / 1000, count };
}

/** What a person types: the cascade with its gates and report. */
async function runCommand(
  options: readonly string[],
  named = "nba-cascade",
  command = "run",
): Promise<number> {
  const { code } = await cascade([command, named, "--warehouse", `duckdb:${path}`, ...options]);
  if (code === 2 || code === 70) throw new Error(`The command ended with ${code}`);
  return code ?? 0;
}

/** What a person types, from the start of the process: the cases of the runbook in a folder. */
async function testCases(): Promise<Work> {
  const { code, stdout } = await cascade(["test", path]);
  if (code !== 0) throw new Error(`The cases ended with ${code}`);
  return {
    seconds: process.uptime(),
    count: stdout.split("\n").filter((line) => line.startsWith("✓")).length,
  };
}

async function ingest(
  warehouse: Warehouse,
  kind: "load" | "sample",
  { from: folder, seasons }: { readonly from?: string; readonly seasons?: number },
): Promise<number> {
  const declared = runbook[kind];
  if (declared === undefined) throw new Error(`The runbook has no ${kind}`);
  const parameters = seasons === undefined ? {} : { seasons };
  const { tables } = await runIngest(warehouse, { runbook, ingest: declared, from: folder, parameters });
  return tables.reduce((total, table) => total + table.rows, 0);
}

async function runEngine(warehouse: Warehouse, how: { readonly skipAudit?: boolean } = {}): Promise<number> {
  const request = { runbook, selection: { range }, ...how };
  const { plan, isClean } = await runBackfill(warehouse, request, wallEffects());
  if (!isClean) throw new Error("The cascade did not run clean");
  return plan.totals.units;
}

/** Gives a player of one game of November 20 a point more. */
async function correctGame(warehouse: Warehouse): Promise<number> {
  const table = "nba_raw.nbac_gamebook_player_stats";
  const where = "game_date = '2021-11-20' and points > 0";
  const sql = `update ${table} set points = points + 1
where ${where} and game_id || player_lookup = (select min(game_id || player_lookup) from ${table} where ${where})`;
  await warehouse.execute([{ sql, purpose: "correct a game" }]);
  return 1;
}

async function planAgain(warehouse: Warehouse): Promise<number> {
  const state = await readState(warehouse, runbook, range);
  return planBackfill(runbook, state, { range }).totals.units;
}

const work = works[name];
if (work === undefined) throw new Error(`There is nothing to measure as "${name}"`);
const measured = await work();
const { user, system } = process.cpuUsage();
const cpuSeconds = (user + system) / 1e6;
const peakMb = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ ...measured, cpuSeconds, peakMb } satisfies Measured));
