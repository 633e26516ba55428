import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { carryModels } from "../../../src/starter/dbt/carry-models.ts";
import { parseManifest } from "../../../src/starter/dbt/manifest.ts";

describe("carryModels()", () => {
  it("lists what has no counterpart, each with what to do", () => {
    const carried = carry({
      "model.shop.days": { ...model("days"), config: { materialized: "incremental", unique_key: "Day" } },
      "model.shop.script": { ...model("script"), language: "python" },
      "model.shop.raw": { ...model("raw"), compiled_code: null },
      "model.shop.inlined": { ...model("inlined"), config: { materialized: "ephemeral" } },
      "snapshot.shop.old": { resource_type: "snapshot", name: "old" },
      "test.shop.some": { ...test("not_null", "day"), name: "some", config: { where: "day > 1" } },
      "test.shop.warns": { ...test("unique", "day"), name: "warns", config: { severity: "WARN" } },
      "test.shop.numbers": { ...test("accepted_values", "n", { values: [1, 2] }), name: "numbers" },
      "test.shop.own": { ...test("is_even", "n"), name: "own" },
      "test.shop.source": {
        ...test("unique", "id"),
        name: "source",
        attached_node: null,
        depends_on: { nodes: ["source.shop.raw.o"] },
      },
    });
    assert.deepEqual(carried.notCarried, [
      "model script: it is written in Python; make it a command step",
      "model raw: it has no compiled SQL; run `dbt compile` first",
      "test some: it holds for some rows only; write it as a critical field",
      "test warns: it only warns",
      "test numbers: its values are no texts; write it as a critical field",
      'test own: there is no rule for "is_even"; write it as a critical field or a relation',
      "test source: it is of no model; rules of sources are guessed from their rows",
      "1 snapshot: a runbook has nothing like it",
    ]);
    assert.deepEqual(
      carried.statements.map(({ name, key }) => [name, key]),
      [["days", ["day"]]],
    );
  });

  it("takes a key that several columns are tested to be", () => {
    const kwargs = { combination_of_columns: ["day", "customer"] };
    const { statements } = carry({
      "model.shop.days": model("days"),
      "test.shop.key": { ...test("unique_combination_of_columns", "", kwargs), name: "key" },
    });
    assert.deepEqual(statements[0]?.key, ["day", "customer"]);
  });
});

function carry(nodes: Readonly<Record<string, object>>) {
  const text = JSON.stringify({
    metadata: { dbt_schema_version: "https://schemas.getdbt.com/dbt/manifest/v12.json" },
    nodes,
  });
  const parsed = parseManifest(text);
  assert.equal(parsed.kind, "ok");
  return carryModels(parsed.manifest);
}

function model(name: string): object {
  return {
    resource_type: "model",
    name,
    relation_name: `"shop"."main"."${name}"`,
    compiled_code: "select 1",
  };
}

function test(name: string, column: string, kwargs: object = {}): object {
  return {
    resource_type: "test",
    column_name: column,
    attached_node: "model.shop.days",
    test_metadata: { name, kwargs },
  };
}
