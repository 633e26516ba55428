import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { identifier } from "../../src/runbook/schema/value-schemas.ts";

describe("identifier", () => {
  it("takes names of letters, digits and underscores", () => {
    for (const name of ["PSZA", "NO_SHOT_ZONE", "toStringer", "valueOf2"])
      assert.ok(identifier.safeParse(name).success, name);
  });

  it("refuses every name that objects have of their own accord", () => {
    for (const name of Object.getOwnPropertyNames(Object.prototype)) {
      assert.equal(identifier.safeParse(name).success, false, name);
    }
  });
});
