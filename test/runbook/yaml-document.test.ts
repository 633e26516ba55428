import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseYaml } from "../../src/runbook/yaml-document.ts";

const bomb = Array.from({ length: 12 }, (_, level) => {
  const inner = level === 0 ? "[x, x]" : `[${Array.from({ length: 9 }, () => `*a${level - 1}`).join(", ")}]`;
  return `k${level}: &a${level} ${inner}`;
}).join("\n");

describe("parseYaml()", () => {
  const hostile: readonly (readonly [string, string])[] = [
    ["aliases of aliases", bomb],
    ["an alias of itself", "a: &a [*a]"],
    ["an alias of nothing", "a: *nowhere"],
    ["endless lists", `${"[".repeat(20_000)}${"]".repeat(20_000)}`],
    ["endless mappings", "{a: ".repeat(20_000)],
    ["endless dashes", "- ".repeat(20_000)],
    ["a text of a million characters", `a: ${"x".repeat(1_000_000)}`],
    ["a tag of another language", "a: !!python/object:os.system x\nb: !!binary '%'"],
  ];
  for (const [what, text] of hostile) {
    it(`says that ${what} cannot be read, instead of failing`, () => {
      const { value, problems } = parseYaml("runbook.yml", text);
      assert.ok(value === undefined ? problems.length > 0 : JSON.stringify(value).length < 1000);
    });
  }

  const oddSpaces: readonly (readonly [string, readonly string[]])[] = [
    ["name: shop\ntime-zone:\u00A0UTC\n", ["2:11"]],
    ["\uFEFFname: shop\r\nsources:\r\n\u00A0\u00A0- a.yml\r\nkey: [a,\u00A0b\r\n", ["3:1", "3:2", "4:9"]],
    ["name: shop\n-\u3000a\n", ["2:2"]],
  ];
  for (const [text, places] of oddSpaces) {
    it(`tells where a space of another kind breaks ${JSON.stringify(text)}`, () => {
      const { problems } = parseYaml("runbook.yml", text);
      const told = problems.map(({ place, message, hint }) => [
        `${place.line}:${place.column}`,
        message,
        hint,
      ]);
      const why = "Not YAML: a space stands here that YAML does not take for one, as a non-breaking one";
      assert.deepEqual(
        told,
        places.map((place) => [place, why, "write an ordinary space"]),
      );
    });
  }

  it("keeps such spaces in texts", () => {
    const { value, problems } = parseYaml("runbook.yml", 'title: 5\u00A0km\nwhy: "a:\u00A0b"\n');
    assert.deepEqual([value, problems], [{ title: "5\u00A0km", why: "a:\u00A0b" }, []]);
  });

  it("tells every key that its mapping has already, and of 30,000 keys in one pass", () => {
    const keys = Array.from({ length: 30_000 }, (_, index) => `k${index}: 1`);
    const { problems } = parseYaml(
      "runbook.yml",
      `a: 1\nb: { a: 1 }\na: 2\nmore: { ${keys.join(", ")}, k7: 2 }`,
    );
    assert.deepEqual(
      problems.map(({ place, message }) => [place.line, message]),
      [
        [3, "A key occurs twice in one mapping"],
        [4, "A key occurs twice in one mapping"],
      ],
    );
  });

  it("refuses a name that no object keeps, wherever it stands, at its place", () => {
    const text = "columns:\n  day: date\n  __proto__: { type: string }\nparameters: { __proto__: 1 }\n";
    const { problems } = parseYaml("runbook.yml", text);
    assert.deepEqual(
      problems.map(({ place }) => [place.line, place.column]),
      [
        [3, 3],
        [4, 15],
      ],
    );
  });
});
