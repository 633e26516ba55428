import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { releaseNotes } from "./changelog-section.ts";

const changelog = `# Changelog

## [Unreleased]

## [1.2.0] - 2026-11-30

### Added
- A thing.

## [1.1.0] - 2026-10-01

## [1.0.0] - 2026-09-01

### Added
- Everything.
`;

describe("releaseNotes()", () => {
  it("gives the section of the version, and no other", () => {
    assert.equal(releaseNotes(changelog, { tag: "v1.2.0", version: "1.2.0" }), "### Added\n- A thing.\n");
    assert.equal(releaseNotes(changelog, { tag: "v1.0.0", version: "1.0.0" }), "### Added\n- Everything.\n");
  });

  it("refuses another tag, and a version of which nothing is said", () => {
    assert.throws(
      () => releaseNotes(changelog, { tag: "v1.2.1", version: "1.2.0" }),
      /has the version 1\.2\.0/,
    );
    assert.throws(() => releaseNotes(changelog, { tag: "v1.3.0", version: "1.3.0" }), /has no section/);
    assert.throws(() => releaseNotes(changelog, { tag: "v1.1.0", version: "1.1.0" }), /says nothing/);
    assert.throws(() => releaseNotes(changelog, { tag: "", version: "1.1.0" }), /Cannot release/);
  });
});
