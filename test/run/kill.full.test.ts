import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { onOneCore } from "../one-core.ts";
import {
  assertCompletes,
  changeSales,
  killAfterLines,
  contentOf,
  killedAt,
  openKillScene,
  runUninterrupted,
  runWhole,
  type KillScene,
} from "./kill-scene.ts";
import { contentOfShop, ledgerFaults, openShop, readShop } from "./shop.ts";

const killsFromOutside = 8;
/** A process is killed at one of so many boundaries, a number that meets statements of every place in a cell. */
const between = 7;
/** What a run of three processors commits at least. */
const commits = 5;

describe("a run that is killed", () => {
  let scene: KillScene;
  before(async () => {
    scene = await openKillScene();
  });
  after(() => scene[Symbol.asyncDispose]());

  it("leaves whole partitions at every boundary of a first run, and the next run completes it", async () => {
    const kills = await completeFromEveryBoundary(scene.raw);
    assert.ok(kills > 30, `${kills} kills`);
  });

  it("leaves old or new partitions at every boundary of a run that replaces all, and the next run completes it", async () => {
    const start = join(scene.folder, "complete.duckdb");
    await buildAndChange(start);
    const kills = await completeFromEveryBoundary(start);
    assert.ok(kills > 30, `${kills} kills`);
  });

  it("leaves whole partitions at any other moment", async () => {
    const runbook = await readShop();
    const path = join(scene.folder, "outside.duckdb");
    await (await openShop(path))[Symbol.asyncDispose]();
    await using uninterrupted = await openShop();
    for (let kill = 1; kill <= killsFromOutside; kill += 1) {
      assert.equal(await killAfterLines(path, kill * 7), "SIGKILL");
      await using warehouse = await onOneCore(await openDuckDb({ path }));
      assert.deepEqual(await ledgerFaults(warehouse, runbook), [], `kill ${kill}`);
      for (const changed of [warehouse, uninterrupted]) await changeSales(changed);
    }
    await runWhole(uninterrupted);
    await assertCompletes(path, await contentOfShop(uninterrupted, runbook), "after all kills");
  });

  /**
   * Completes what a run on a copy of `start` leaves at each of its boundaries; gives their number. At some of them a
   * process is killed indeed, and has to leave the same.
   */
  async function completeFromEveryBoundary(start: string): Promise<number> {
    const { boundaries, left, content } = await runUninterrupted(scene, start);
    assert.ok(left.length > commits, `${left.length} states of the file`);
    for (let boundary = 1; boundary <= boundaries; boundary += between) {
      const copy = left.findLast((each) => each.boundary <= boundary);
      const killed = await killedAt(scene, start, boundary);
      assert.deepEqual(await contentOf(killed), await contentOf(copy?.path ?? start), `boundary ${boundary}`);
    }
    for (const { boundary, path } of left) {
      await assertCompletes(path, content, `killed at boundary ${boundary}`);
    }
    return boundaries;
  }
});

async function buildAndChange(path: string): Promise<void> {
  await using warehouse = await openShop(path);
  await runWhole(warehouse);
  await changeSales(warehouse);
}
