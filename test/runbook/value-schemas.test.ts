import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { filePath, identifier, slug, sqlName } from "../../src/runbook/schema/value-schemas.ts";

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

describe("sqlName and slug", () => {
  it("refuse every name that objects have of their own accord", () => {
    for (const name of Object.getOwnPropertyNames(Object.prototype)) {
      assert.equal(sqlName.safeParse(name).success, false, name);
      assert.equal(slug.safeParse(name).success, false, name);
    }
    for (const name of ["constructor_of", "proto", "a1"]) assert.ok(sqlName.safeParse(name).success, name);
  });
});

describe("filePath", () => {
  it("takes no path that leaves the folder, on however many lines it is written", () => {
    const breaks = ["", "\n", "\r", "\r\n", "\u2028", "\u2029"];
    for (const lineBreak of breaks) {
      for (const path of [`a${lineBreak}/../../etc/passwd`, `${lineBreak}/etc/passwd`, `..${lineBreak}/x`]) {
        assert.equal(filePath.safeParse(path).success, false, JSON.stringify(path));
      }
    }
    for (const path of ["sql/a.sql", "with space/ä.parquet", "a..b/c"])
      assert.ok(filePath.safeParse(path).success);
  });
});
