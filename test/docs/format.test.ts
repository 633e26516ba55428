import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { allKeys, readFormatPage, renderFormatPage } from "./format-page.ts";

const isRewriting = process.env["GOLDEN"] === "rewrite";

describe("docs/format.md", () => {
  it("has every key of the format with its default, and the examples that tests run", () => {
    const text = readFormatPage();
    const rendered = renderFormatPage(text);
    if (isRewriting) writeFileSync(join(import.meta.dirname, "../../docs/format.md"), rendered);
    else assert.equal(text, rendered);
  });

  it("describes each key", () => {
    const lines = readFormatPage().split("\n");
    const named = lines.filter((line) => /^\| `[\w-]+` \|/.test(line));
    assert.ok(named.length > 100);
    assert.deepEqual(
      named.filter((line) => /\|\s*\|$/.test(line)),
      [],
    );
    const keys = new Set(named.map((line) => /`([\w-]+)`/.exec(line)?.[1]));
    assert.deepEqual(
      allKeys().filter((path) => !keys.has(path.split(".").at(-1) ?? "")),
      [],
    );
  });
});
