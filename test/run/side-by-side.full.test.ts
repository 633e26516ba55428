import { describe, it } from "node:test";
import * as fc from "fast-check";
import { cascadeShapes } from "./random-cascade.ts";
import { equalsSequential, sideBySide } from "./side-by-side.ts";

/** A graph takes some five seconds of CPU; with `CASCADE_GRAPHS=100` as many are tried by hand. */
const graphs = Number(process.env["CASCADE_GRAPHS"] ?? 15);

describe("runBackfill() on many graphs with cells and gates side by side", () => {
  it(`leaves what one after the other leaves, on ${graphs} random graphs at 1 to 8 at once`, async () => {
    await fc.assert(fc.asyncProperty(sideBySide(cascadeShapes), equalsSequential), { numRuns: graphs });
  });
});
