import { describe, it } from "node:test";
import { killAndComplete, openKillScene, runUninterrupted } from "./kill-scene.ts";

describe("a run that is killed halfway", () => {
  it("leaves whole partitions, and the next run completes it", async () => {
    await using scene = await openKillScene();
    const { boundaries, content } = await runUninterrupted(scene, scene.raw);
    const boundary = Math.floor(boundaries / 2);
    await killAndComplete(scene, { start: scene.raw, boundary, content });
  });
});
