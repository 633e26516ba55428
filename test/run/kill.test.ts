import assert from "node:assert/strict";
import { spawn, type ChildProcess, type ChildProcessByStdio } from "node:child_process";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { after, before, describe, it } from "node:test";
import { runBackfill } from "../../src/run/run-backfill.ts";
import type { Runbook } from "../../src/runbook/runbook.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import { contentOfShop, ledgerFaults, openShop, readShop, shopRange, wallEffects } from "./shop.ts";
import { onOneCore } from "../one-core.ts";

const childPath = new URL(import.meta.resolve("./run-until-killed.ts")).pathname;
const killsFromOutside = 12;
const atOnce = 2;

let folder = "";
let runbook: Runbook;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "cascade-kill-"));
  runbook = await readShop();
});
after(() => rm(folder, { recursive: true, force: true }));

describe("a run that is killed", () => {
  it("leaves whole partitions at every boundary of a first run, and the next run completes it", async () => {
    const start = join(folder, "raw.duckdb");
    await (await openShop(start))[Symbol.asyncDispose]();
    const kills = await killAtEveryBoundary(start);
    assert.ok(kills > 30, `${kills} kills`);
  });

  it("leaves old or new partitions at every boundary of a run that replaces all, and the next run completes it", async () => {
    const start = join(folder, "complete.duckdb");
    await buildAndChange(start);
    const kills = await killAtEveryBoundary(start);
    assert.ok(kills > 30, `${kills} kills`);
  });

  it("leaves whole partitions at any other moment", async () => {
    const path = join(folder, "outside.duckdb");
    await (await openShop(path))[Symbol.asyncDispose]();
    await using uninterrupted = await openShop();
    for (let kill = 1; kill <= killsFromOutside; kill += 1) {
      assert.equal(await killAfterLines(path, kill * 5), "SIGKILL");
      await using warehouse = await onOneCore(await openDuckDb({ path }));
      assert.deepEqual(await ledgerFaults(warehouse, runbook), [], `kill ${kill}`);
      for (const changed of [warehouse, uninterrupted]) await changeSales(changed);
    }
    await run(uninterrupted);
    await assertCompletes(path, await contentOfShop(uninterrupted, runbook), "after all kills");
  });
});

async function buildAndChange(path: string): Promise<void> {
  await using warehouse = await openShop(path);
  await run(warehouse);
  await changeSales(warehouse);
}

/** Kills a run on a copy of `start` at each of its boundaries and completes it; gives the number of kills. */
async function killAtEveryBoundary(start: string): Promise<number> {
  const uninterrupted = join(folder, "uninterrupted.duckdb");
  await copyFile(start, uninterrupted);
  const boundaries = Number(await outputOf(uninterrupted));
  const expected = await contentOf(uninterrupted);
  const waiting = Array.from({ length: boundaries }, (_, index) => index + 1);
  async function work(): Promise<void> {
    for (let boundary = waiting.shift(); boundary !== undefined; boundary = waiting.shift()) {
      const path = join(folder, `killed-${boundary}.duckdb`);
      await copyFile(start, path);
      assert.equal(await killAt(path, boundary), "SIGKILL", `boundary ${boundary}`);
      await assertCompletes(path, expected, `killed at boundary ${boundary}`);
      await rm(path);
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work));
  return boundaries;
}

/** What a killed run left is consistent, and the next run completes it. */
async function assertCompletes(
  path: string,
  expected: Record<string, string>,
  message: string,
): Promise<void> {
  await using warehouse = await onOneCore(await openDuckDb({ path }));
  assert.deepEqual(await ledgerFaults(warehouse, runbook), [], message);
  await run(warehouse);
  assert.deepEqual(await ledgerFaults(warehouse, runbook), [], message);
  assert.deepEqual(await openRuns(warehouse), [], message);
  assert.deepEqual(await contentOfShop(warehouse, runbook), expected, message);
}

async function openRuns(warehouse: Warehouse): Promise<readonly unknown[]> {
  const sql = "select run_id from shop_processing.cascade_runs where status = 'running'";
  return warehouse.query({ sql, purpose: "read the open runs" });
}

async function contentOf(path: string): Promise<Record<string, string>> {
  await using warehouse = await onOneCore(await openDuckDb({ path }));
  return await contentOfShop(warehouse, runbook);
}

async function run(warehouse: Warehouse): Promise<void> {
  const result = await runBackfill(warehouse, { runbook, selection: { range: shopRange } }, wallEffects());
  assert.equal(result.isClean, true);
}

async function changeSales(warehouse: Warehouse): Promise<void> {
  await warehouse.execute([
    { sql: "update shop_raw.sales set amount = amount + 1", purpose: "change the sales" },
  ]);
}

async function outputOf(path: string): Promise<string> {
  const child = spawnRun([path, "never"]);
  let output = "";
  for await (const line of createInterface(child.stdout)) output += line;
  return output;
}

/** Runs a child that kills itself at a boundary; gives the signal that ended it. */
async function killAt(path: string, boundary: number): Promise<NodeJS.Signals | number | null> {
  return endOf(spawnRun([path, "at", String(boundary)]));
}

/** Kills a child that never ends once it has told of so many boundaries; it works on until the signal arrives. */
async function killAfterLines(path: string, lines: number): Promise<NodeJS.Signals | number | null> {
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
    env: { ...process.env, NODE_COMPILE_CACHE: join(folder, "compiled") },
  });
}

async function endOf(child: ChildProcess): Promise<NodeJS.Signals | number | null> {
  return new Promise((resolve) => child.on("exit", (code, signal) => resolve(signal ?? code)));
}
