import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { nearestName } from "../../src/runbook/nearest.ts";

describe("nearestName()", () => {
  it("finds the name with the fewest changed letters", () => {
    assert.equal(nearestName("TDZB", ["PDC", "TDZA", "TOGS"]), "TDZA");
  });

  it("does not tell upper from lower case", () => {
    assert.equal(nearestName("visit", ["SUMS", "VISIT"]), "VISIT");
  });

  it("is undefined when more than a third of the letters differ", () => {
    assert.equal(nearestName("cohort", ["events", "sums"]), undefined);
  });

  it("looks for no word that is longer than any name", { timeout: 10_000 }, () => {
    const long = "x".repeat(65_000);
    for (const name of [long, `${long}y`]) assert.equal(nearestName(name, [long, "help"]), undefined);
  });

  it("finds every name by itself", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.stringMatching(/^[a-z]{1,8}$/), { minLength: 1 }), (names) =>
        names.every((name) => nearestName(name, names) === name),
      ),
    );
  });
});
