import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openTrials } from "../../../src/run/cases/shrink-draft.ts";

describe("openTrials()", () => {
  it("allows 300 trials of rows and 100 of columns, for two minutes after which each is late", () => {
    let now = new Date("2024-01-01T00:00:00Z");
    const { rows, columns, isLate } = openTrials({ now: () => now });
    assert.deepEqual([rows.left, columns.left, isLate()], [300, 100, false]);
    now = new Date("2024-01-01T00:01:59.999Z");
    assert.deepEqual([rows.isLate(), columns.isLate(), isLate()], [false, false, false]);
    now = new Date("2024-01-01T00:02:00Z");
    assert.deepEqual([rows.isLate(), columns.isLate(), isLate()], [true, true, true]);
  });
});
