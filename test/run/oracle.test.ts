import { describe, it } from "node:test";
import * as fc from "fast-check";
import { recoversExactly } from "../operations/recovers-exactly.ts";
import { smallShapes } from "./random-cascade.ts";
import { incidentSets, kinds } from "./random-incident.ts";

/**
 * Cascades with five sets of incidents each: to build one costs as much as two. The full oracles take 30 larger ones with
 * ten; with `CASCADE_GRAPHS=100` as many small ones are tried by hand.
 */
const graphs = Number(process.env["CASCADE_GRAPHS"] ?? 2);

describe("recover() on small random graphs and windows", () => {
  it(`names and recomputes all that differs from a clean rebuild, nothing else, and converges on it, ${graphs} graphs times 5`, async () => {
    const incidents = incidentSets(5, kinds);
    await fc.assert(fc.asyncProperty(smallShapes, incidents, recoversExactly), { numRuns: graphs });
  });
});
