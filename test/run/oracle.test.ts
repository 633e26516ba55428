import { describe, it } from "node:test";
import * as fc from "fast-check";
import { recoversExactly } from "../operations/recovers-exactly.ts";
import { smallShapes } from "./random-cascade.ts";
import { incidentSets, kinds } from "./random-incident.ts";

describe("recover() on small random graphs and windows", () => {
  it("names and recomputes all that differs from a clean rebuild, nothing else, and converges on it, 10 graphs times 2", async () => {
    const incidents = incidentSets(2, kinds);
    await fc.assert(fc.asyncProperty(smallShapes, incidents, recoversExactly), { numRuns: 10 });
  });
});
