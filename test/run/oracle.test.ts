import { describe, it } from "node:test";
import * as fc from "fast-check";
import { recoversExactly } from "../operations/recovers-exactly.ts";
import { smallShapes } from "./random-cascade.ts";
import { incidentSets, kinds } from "./random-incident.ts";

/**
 * Cascades of four incidents each: to build one costs as much as two incidents. The full oracles take 75 larger ones;
 * with `CASCADE_GRAPHS=100` as many small ones are tried by hand.
 */
const graphs = Number(process.env["CASCADE_GRAPHS"] ?? 5);

describe("recover() on small random graphs and windows", () => {
  it(`names and recomputes all that differs from a clean rebuild, nothing else, and converges on it, ${graphs} graphs times 4`, async () => {
    const incidents = incidentSets(4, kinds);
    await fc.assert(fc.asyncProperty(smallShapes, incidents, recoversExactly), { numRuns: graphs });
  });
});
