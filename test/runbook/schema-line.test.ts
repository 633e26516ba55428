import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { withSchemaLine } from "../../src/runbook/schema-line.ts";

describe("withSchemaLine()", () => {
  const places: readonly (readonly [path: string, folder: string, address: string])[] = [
    ["runbooks/shop/runbook.yml", "runbooks/schemas", "../schemas/cases.schema.json"],
    ["runbooks/shop/sql/day.test.yml", "runbooks/schemas", "../../schemas/cases.schema.json"],
    ["runbooks/policy.yml", "runbooks/schemas", "schemas/cases.schema.json"],
    ["shop/runbook.yml", "node_modules/pack/schemas", "../node_modules/pack/schemas/cases.schema.json"],
    ["runbook.yml", "node_modules/pack/schemas", "node_modules/pack/schemas/cases.schema.json"],
  ];
  for (const [path, folder, address] of places) {
    it(`leads from ${path} to ${folder}`, () => {
      const text = withSchemaLine("cases: []\n", { kind: "cases", path, folder });
      assert.equal(text, `# yaml-language-server: $schema=${address}\ncases: []\n`);
    });
  }

  it("leaves a text that names a schema as it is", () => {
    const text = "# ours\n# yaml-language-server: $schema=https://example.com/own.json\ncases: []\n";
    assert.equal(withSchemaLine(text, { kind: "cases", path: "a/b.yml", folder: "c" }), text);
  });
});
