import assert from "node:assert/strict";
import { spawn, type ChildProcess, type ChildProcessByStdio } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { runBackfill } from "../../src/run/run-backfill.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import { onOneCore } from "../one-core.ts";
import { withBoundaries } from "./boundaries.ts";
import { contentOfShop, ledgerFaults, openShop, readShop, shopRange, wallEffects } from "./shop.ts";

const root = join(import.meta.dirname, "..", "..");
const childPath = join(import.meta.dirname, "run-until-killed.ts");
const runbook = await readShop();

/** A folder with a warehouse of raw sales; each kill works on a copy. */
export type KillScene = AsyncDisposable & {
  readonly folder: string;
  /** The file with the raw sales. */
  readonly raw: string;
};

/** Opens it; dispose to remove the folder. */
export async function openKillScene(): Promise<KillScene> {
  const folder = await mkdtemp(join(tmpdir(), "cascade-kill-"));
  const raw = join(folder, "raw.duckdb");
  await (await openShop(raw))[Symbol.asyncDispose]();
  return { folder, raw, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

/** What a run leaves where it is killed at a boundary: all that it has written until then. */
export type Left = { readonly boundary: number; readonly path: string };

/** A run that nobody kills: how many boundaries it passes, what it leaves at them, and what the tables hold at its end. */
export type Uninterrupted = {
  readonly boundaries: number;
  /** Copies of its file at each boundary, of equal ones the first. */
  readonly left: readonly Left[];
  readonly content: Record<string, string>;
};

/** Runs on a copy of `start`. Its file is what a process that is killed there would leave: the system keeps what was written. */
export async function runUninterrupted({ folder }: KillScene, start: string): Promise<Uninterrupted> {
  const path = join(folder, "uninterrupted.duckdb");
  await copyFile(start, path);
  const left: Left[] = [];
  let boundaries = 0;
  let last = "";
  function pass(): void {
    boundaries += 1;
    const hash = hashOf(path);
    if (hash === last) return;
    last = hash;
    const copy = join(folder, `left-${boundaries}.duckdb`);
    copyDatabase(path, copy);
    left.push({ boundary: boundaries, path: copy });
  }
  {
    await using warehouse = await onOneCore(await openDuckDb({ path }));
    await runWhole(withBoundaries(warehouse, pass));
  }
  return { boundaries, left, content: await contentOf(path) };
}

/** Kills a run on a copy of `start` at a boundary; gives the path of what it left. */
export async function killedAt({ folder }: KillScene, start: string, boundary: number): Promise<string> {
  const path = join(folder, `killed-${boundary}.duckdb`);
  await copyFile(start, path);
  assert.equal(await killAt(path, boundary), "SIGKILL", `boundary ${boundary}`);
  return path;
}

/** Asserts that what a killed run left is consistent, and the next run completes it. */
export async function assertCompletes(
  path: string,
  expected: Record<string, string>,
  message: string,
): Promise<void> {
  await using warehouse = await onOneCore(await openDuckDb({ path }));
  assert.deepEqual(await ledgerFaults(warehouse, runbook), [], message);
  await runWhole(warehouse);
  assert.deepEqual(await ledgerFaults(warehouse, runbook), [], message);
  assert.deepEqual(await openRuns(warehouse), [], message);
  assert.deepEqual(await contentOfShop(warehouse, runbook), expected, message);
}

async function openRuns(warehouse: Warehouse): Promise<readonly unknown[]> {
  const sql = "select run_id from shop_processing.cascade_runs where status = 'running'";
  return warehouse.query({ sql, purpose: "read the open runs" });
}

/** What the tables of a file hold. */
export async function contentOf(path: string): Promise<Record<string, string>> {
  await using warehouse = await onOneCore(await openDuckDb({ path }));
  return await contentOfShop(warehouse, runbook);
}

/** Runs the whole shop in this process. */
export async function runWhole(warehouse: Warehouse): Promise<void> {
  const result = await runBackfill(warehouse, { runbook, selection: { range: shopRange } }, wallEffects());
  assert.equal(result.isClean, true);
}

/** Changes every raw row. */
export async function changeSales(warehouse: Warehouse): Promise<void> {
  await warehouse.execute([
    { sql: "update shop_raw.sales set amount = amount + 1", purpose: "change the sales" },
  ]);
}

function copyDatabase(from: string, to: string): void {
  for (const end of ["", ".wal"]) if (existsSync(from + end)) copyFileSync(from + end, to + end);
}

function hashOf(path: string): string {
  const hash = createHash("sha256");
  for (const file of [path, `${path}.wal`]) if (existsSync(file)) hash.update(readFileSync(file)).update("|");
  return hash.digest("hex");
}

/** Runs a child that kills itself at a boundary; gives the signal that ended it. */
async function killAt(path: string, boundary: number): Promise<NodeJS.Signals | number | null> {
  return endOf(spawnRun([path, "at", String(boundary)]));
}

/** Kills a child that never ends once it has told of so many boundaries; it works on until the signal arrives. */
export async function killAfterLines(path: string, lines: number): Promise<NodeJS.Signals | number | null> {
  const child = spawn(process.execPath, [childPath, path, "outside"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<NodeJS.Signals | number | null>((resolve) =>
    child.on("exit", (code, signal) => resolve(signal ?? code)),
  );
  let seen = 0;
  for await (const _ of createInterface(child.stdout)) {
    seen += 1;
    if (seen === lines) child.kill("SIGKILL");
  }
  return ended;
}

function spawnRun(args: readonly string[]): ChildProcessByStdio<null, Readable, null> {
  return spawn(process.execPath, [childPath, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, NODE_COMPILE_CACHE: join(root, "node_modules/.cache/compiled") },
  });
}

async function endOf(child: ChildProcess): Promise<NodeJS.Signals | number | null> {
  return new Promise((resolve) => child.on("exit", (code, signal) => resolve(signal ?? code)));
}
