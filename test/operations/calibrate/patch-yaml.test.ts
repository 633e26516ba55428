import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { diffLines, pathOfTable, replaceNumbers } from "../../../src/operations/calibrate/patch-yaml.ts";

const text = `# Ours.
sources:
  - table: shop.orders     # from the till
    distributions:
      - { name: "mean, of all",   min: 0.50, max: 2e1 }   # odd spacing
      -   name: share
          max:    0.95         # a guess
processors: [ { table: shop.days } ]
`;

describe("replaceNumbers()", () => {
  it("changes the numbers where they stand and not a character besides", () => {
    const base = pathOfTable(text, "shop.orders") ?? [];
    const changed = replaceNumbers(text, [
      { path: [...base, "distributions", 0, "min"], value: 0.25 },
      { path: [...base, "distributions", 1, "max"], value: 1 },
      { path: [...base, "distributions", 1, "min"], value: 7 },
    ]);
    assert.equal(changed, text.replace("0.50", "0.25").replace("0.95", "1"));
  });

  it("finds a table in its own file, and under sources and processors", () => {
    assert.deepEqual(pathOfTable("table: shop.days\n", "shop.days"), []);
    assert.deepEqual(pathOfTable(text, "shop.days"), ["processors", 0]);
    assert.equal(pathOfTable(text, "shop.nothing"), undefined);
  });
});

describe("diffLines()", () => {
  it("is a patch with the lines around each change, near ones together", () => {
    const changed = text.replace("0.50", "0.25").replace("0.95", "1");
    assert.deepEqual(diffLines("runbook.yml", text, changed).slice(0, 5), [
      "--- a/runbook.yml",
      "+++ b/runbook.yml",
      "@@ -3,6 +3,6 @@",
      "   - table: shop.orders     # from the till",
      "     distributions:",
    ]);
    assert.deepEqual(diffLines("runbook.yml", text, text), []);
  });
});
