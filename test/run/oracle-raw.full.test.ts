import { describe, it } from "node:test";
import * as fc from "fast-check";
import { cascadeShapes } from "./random-cascade.ts";
import { incidentSets, rawKinds } from "./random-incident.ts";
import { recoversExactly } from "../operations/recovers-exactly.ts";

describe("recover() on random graphs and windows: what happens to raw rows", () => {
  it("names and recomputes all that differs from a clean rebuild, nothing else, and converges on it, 10 graphs times 10", async () => {
    const incidents = incidentSets(10, rawKinds);
    await fc.assert(fc.asyncProperty(cascadeShapes, incidents, recoversExactly), { numRuns: 10 });
  });
});
