import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { onOneCore } from "../one-core.ts";
import {
  assertCompletes,
  changeSales,
  killAfterLines,
  killAndComplete,
  openKillScene,
  runUninterrupted,
  runWhole,
  type KillScene,
} from "./kill-scene.ts";
import { contentOfShop, ledgerFaults, openShop, readShop } from "./shop.ts";

const killsFromOutside = 12;
const atOnce = 2;

describe("a run that is killed", () => {
  let scene: KillScene;
  before(async () => {
    scene = await openKillScene();
  });
  after(() => scene[Symbol.asyncDispose]());

  it("leaves whole partitions at every boundary of a first run, and the next run completes it", async () => {
    const kills = await killAtEveryBoundary(scene.raw);
    assert.ok(kills > 30, `${kills} kills`);
  });

  it("leaves old or new partitions at every boundary of a run that replaces all, and the next run completes it", async () => {
    const start = join(scene.folder, "complete.duckdb");
    await buildAndChange(start);
    const kills = await killAtEveryBoundary(start);
    assert.ok(kills > 30, `${kills} kills`);
  });

  it("leaves whole partitions at any other moment", async () => {
    const runbook = await readShop();
    const path = join(scene.folder, "outside.duckdb");
    await (await openShop(path))[Symbol.asyncDispose]();
    await using uninterrupted = await openShop();
    for (let kill = 1; kill <= killsFromOutside; kill += 1) {
      assert.equal(await killAfterLines(path, kill * 5), "SIGKILL");
      await using warehouse = await onOneCore(await openDuckDb({ path }));
      assert.deepEqual(await ledgerFaults(warehouse, runbook), [], `kill ${kill}`);
      for (const changed of [warehouse, uninterrupted]) await changeSales(changed);
    }
    await runWhole(uninterrupted);
    await assertCompletes(path, await contentOfShop(uninterrupted, runbook), "after all kills");
  });

  /** Kills a run on a copy of `start` at each of its boundaries and completes it; gives the number of kills. */
  async function killAtEveryBoundary(start: string): Promise<number> {
    const { boundaries, content } = await runUninterrupted(scene, start);
    const waiting = Array.from({ length: boundaries }, (_, index) => index + 1);
    async function work(): Promise<void> {
      for (let boundary = waiting.shift(); boundary !== undefined; boundary = waiting.shift()) {
        await killAndComplete(scene, { start, boundary, content });
      }
    }
    await Promise.all(Array.from({ length: atOnce }, work));
    return boundaries;
  }
});

async function buildAndChange(path: string): Promise<void> {
  await using warehouse = await openShop(path);
  await runWhole(warehouse);
  await changeSales(warehouse);
}
