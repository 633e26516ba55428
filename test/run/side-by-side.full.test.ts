import { describe, it } from "node:test";
import * as fc from "fast-check";
import { cascadeShapes } from "./random-cascade.ts";
import { equalsSequential, sideBySide } from "./side-by-side.ts";

describe("runBackfill() on many graphs with cells and gates side by side", () => {
  it("leaves what one after the other leaves, on 40 random graphs at 1 to 8 at once", async () => {
    await fc.assert(fc.asyncProperty(sideBySide(cascadeShapes), equalsSequential), { numRuns: 40 });
  });
});
