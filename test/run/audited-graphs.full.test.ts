import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { auditGraph, declaredShapes, type Audited } from "./audited-graphs.ts";

describe("the audit of 300 random graphs with random true and declared windows", () => {
  it("finds what changes a value on a sampled date, and accuses nothing that is true", async () => {
    const tally: Audited = { found: 0, missed: 0, accused: 0, processors: 0 };
    await fc.assert(
      fc.asyncProperty(declaredShapes, (declared) => auditGraph(declared, tally)),
      { numRuns: 300 },
    );
    assert.ok(tally.found > 100, JSON.stringify(tally));
    assert.equal(tally.accused, 0);
    assert.ok(tally.found / (tally.found + tally.missed) >= 0.99, JSON.stringify(tally));
  });
});
