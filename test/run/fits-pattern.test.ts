import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { fitsPattern } from "../../src/run/fits-pattern.ts";

/** The same as a regular expression, for patterns that are short. */
function fitsExpression(path: string, pattern: string): boolean {
  const source = pattern
    .replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll(/(?<=^|\/)\*\*\/|\*/g, (stars) => (stars === "*" ? "[^/]*" : "(?:[^/]+/)*"));
  return new RegExp(`^${source}$`).test(path);
}

describe("fitsPattern()", () => {
  it("fits what a regular expression fits", () => {
    const name = fc.string({ unit: fc.constantFrom("a", "b", "."), minLength: 1, maxLength: 4 });
    const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join("/"));
    const piece = fc.oneof(
      fc.constantFrom("**", "*"),
      fc.string({ unit: fc.constantFrom("a", "b", ".", "*"), minLength: 1, maxLength: 4 }),
    );
    const pattern = fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join("/"));
    fc.assert(
      fc.property(path, pattern, (one, other) => {
        assert.equal(fitsPattern(one, other), fitsExpression(one, other));
      }),
      { numRuns: 5000 },
    );
  });

  it("ends soon for a pattern that a regular expression would take years for", { timeout: 60_000 }, () => {
    const name = "a".repeat(250);
    assert.equal(
      fitsPattern(`${`${name}/`.repeat(10)}${name}`, `${"**/".repeat(20)}${"*a".repeat(60)}*b`),
      false,
    );
  });
});
