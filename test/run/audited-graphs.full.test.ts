import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { auditGraph, declaredShapes, type Audited } from "./audited-graphs.ts";

/** A graph takes some four seconds of CPU; with `CASCADE_GRAPHS=300` as many are tried by hand. */
const graphs = Number(process.env["CASCADE_GRAPHS"] ?? 20);

describe("the audit of random graphs with random true and declared windows", () => {
  it("finds what changes a value on a sampled date, and accuses nothing that is true", async () => {
    const tally: Audited = { found: 0, missed: 0, accused: 0, processors: 0 };
    await fc.assert(
      fc.asyncProperty(declaredShapes, (declared) => auditGraph(declared, tally)),
      { numRuns: graphs },
    );
    assert.ok(tally.found > graphs / 4, JSON.stringify(tally));
    assert.equal(tally.accused, 0);
    assert.ok(tally.found / (tally.found + tally.missed) >= 0.99, JSON.stringify(tally));
  });
});
