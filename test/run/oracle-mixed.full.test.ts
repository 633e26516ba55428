import { describe, it } from "node:test";
import * as fc from "fast-check";
import { cascadeShapes } from "./random-cascade.ts";
import { incidentSets, kinds } from "./random-incident.ts";
import { recoversExactly } from "../operations/recovers-exactly.ts";

describe("recover() on random graphs and windows: both at once", () => {
  it("names and recomputes all that differs from a clean rebuild, nothing else, and converges on it, 25 graphs times 4", async () => {
    const incidents = incidentSets(4, kinds);
    await fc.assert(fc.asyncProperty(cascadeShapes, incidents, recoversExactly), { numRuns: 25 });
  });
});
