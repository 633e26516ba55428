import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { assertCompletes, killedAt, openKillScene, runUninterrupted } from "./kill-scene.ts";

describe("a run that is killed halfway", () => {
  it("leaves whole partitions, and the next run completes it", async () => {
    await using scene = await openKillScene();
    const { boundaries, content } = await runUninterrupted(scene, scene.raw);
    const boundary = Math.floor(boundaries / 2);
    assert.ok(boundary > 15, `${boundary}`);
    const path = await killedAt(scene, scene.raw, boundary);
    await assertCompletes(path, content, `killed at boundary ${boundary}`);
  });
});
