import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { lockLines } from "../../src/domain/locks.ts";

const lease = {
  processor: "DAY",
  periods: ["early", "late"],
  runId: "gh-7-1",
  holder: "https://github.com/octo/cascade/actions/runs/7",
  takenAt: "2026-01-05T00:00:00.000Z",
  expiresAt: "2026-01-05T00:45:00.000Z",
};

describe("lockLines()", () => {
  it("tells who holds a runbook and which cells are being written, and nothing of what is free", () => {
    assert.deepEqual(lockLines("shop", { leases: [] }), []);
    assert.deepEqual(lockLines("shop", { hold: { kind: "free" }, leases: [lease] }), [
      "Run gh-7-1 writes DAY early, late since 2026-01-05T00:00:00.000Z, renewed or over by 2026-01-05T00:45:00.000Z: https://github.com/octo/cascade/actions/runs/7",
    ]);
    const hold = { kind: "held", who: "octocat", why: "wet tracks", since: "2026-01-05" } as const;
    assert.deepEqual(lockLines("shop", { hold, leases: [] }), [
      "octocat holds shop on GitHub since 2026-01-05: wet tracks; nothing of it starts there until it is released",
    ]);
  });

  it("says so where a hold says nothing of itself, where GitHub gave no answer, and where there are many", () => {
    const hold = { kind: "held", who: "", why: "", since: "" } as const;
    const [line, ...cells] = lockLines("shop", { hold, leases: Array.from({ length: 30 }, () => lease) });
    assert.equal(line, "Somebody holds shop on GitHub; nothing of it starts there until it is released");
    assert.deepEqual([cells.length, cells.at(-1)], [21, "10 more cells are being written"]);
    assert.deepEqual(lockLines("shop", { hold: { kind: "unknown" }, leases: [] }), [
      "Whether somebody holds shop on GitHub is not known",
    ]);
  });
});
