import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { shrinkList } from "../../../src/run/cases/shrink-list.ts";

function never(): boolean {
  return false;
}

describe("shrinkList()", () => {
  it("leaves exactly what a trial needs, where there are trials enough", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.nat(40)), fc.uniqueArray(fc.nat(40)), async (items, wanted) => {
        const needed = items.filter((item) => wanted.includes(item));
        const kept = await shrinkList(items, { left: 1000, isLate: never }, (some) =>
          Promise.resolve(needed.every((item) => some.includes(item))),
        );
        assert.deepEqual(kept, needed);
      }),
    );
  });

  it("stops when the trials are used up, with a list that holds", async () => {
    let trials = 0;
    const items = Array.from({ length: 100 }, (_, index) => index);
    const kept = await shrinkList(items, { left: 5, isLate: never }, (some) => {
      trials += 1;
      return Promise.resolve(some.includes(50) && some.includes(51));
    });
    assert.equal(trials, 5);
    assert.ok(kept.includes(50) && kept.includes(51) && kept.length < 60);
  });

  it("stops when the time of the trials is over, with a list that holds", async () => {
    let now = 0;
    const items = Array.from({ length: 100 }, (_, index) => index);
    const kept = await shrinkList(items, { left: 1000, isLate: () => now >= 3 }, (some) => {
      now += 1;
      return Promise.resolve(some.includes(50) && some.includes(51));
    });
    assert.equal(now, 3);
    assert.ok(kept.includes(50) && kept.includes(51) && kept.length < 60);
  });
});
