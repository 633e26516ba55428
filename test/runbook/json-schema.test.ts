import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, normalize } from "node:path";
import { describe, it } from "node:test";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parse } from "yaml";
import { schemaFile } from "../../src/runbook/schema-line.ts";
import { jsonSchema } from "../../src/runbook/schema/json-schemas.ts";
import { schemaKinds, type SchemaKind } from "../../src/runbook/schema/schema-kinds.ts";
import { runbookFiles, runbookNames } from "./repository-runbooks.ts";

const folder = join(import.meta.dirname, "../../runbooks");

const ajv = new Ajv2020({ strict: false, allErrors: true });
for (const kind of schemaKinds) ajv.addSchema(jsonSchema(kind), kind);

/** What a schema refuses of a text, a line each, as an editor would show it. */
function refusals(kind: SchemaKind, text: string): readonly string[] {
  if (ajv.validate(kind, parse(text))) return [];
  return (ajv.errors ?? []).map(({ instancePath, message = "" }) => `${instancePath} ${message}`);
}

/** Per kind: a text that is right, and mistakes of it as people make them. */
const mistakes: Readonly<
  Record<SchemaKind, readonly [right: string, ...changes: (readonly [from: string, to: string])[]]>
> = {
  runbook: [
    "name: shop\nsources: [{ table: a.b, date: day, key: [id] }]\nprocessors: []\ngates: [{ id: g, kind: gaps, after: [], processors: [A] }]",
    ["gates:", "gate:"],
    ["kind: gaps", "kind: gap"],
    ["key: [id]", "key: id"],
    ["table: a.b", "table: ab"],
    ["name: shop\n", ""],
  ],
  processor: [
    "id: A\ntable: a.b\nkey: [day]\nreads: [c.d]\nsql: a.sql\ncolumns: { day: date }",
    ["sql: a.sql", "sql: ../a.sql"],
    ["day: date", "day: dates"],
    ["reads:", "read:"],
    ["reads: [c.d]", "reads: [{ from: c.d, window: { previous-days: 0 } }]"],
  ],
  source: [
    "table: a.b\ndate: day\nkey: [id]\nvolume: warn",
    ["volume: warn", "volume: error"],
    ["key: [id]", "key: []"],
    ["date: day", "dates: day"],
  ],
  ingest: [
    "steps: [{ source: a.b, sql: load.sql }]\nchecks: [{ name: n, level: stop, sql: c.sql }]",
    ["level: stop", "level: warn"],
    ["steps: [{ source: a.b, sql: load.sql }]", "steps: []"],
    ["sql: load.sql", "file: load.sql"],
  ],
  cases: [
    "cases: [{ name: n, dates: [2024-01-01], expect: { failures: [{ entity: e, category: C }] } }]",
    ["2024-01-01", "1.1.2024"],
    ["expect:", "expects:"],
    ["category: C", "reason: C"],
    ["dates: [2024-01-01]", "dates: []"],
  ],
  policy: [
    "rules: [{ id: a, kind: gate, gate: coverage, phases: [4], because: b }, { id: c, kind: waiver-days, days: 30, because: d }]",
    ["kind: gate", "kind: gates"],
    ["gate: coverage", "gate: covered"],
    [", because: d", ""],
    ["days: 30", "days: 0"],
    ["rules:", "rule:"],
  ],
  waivers: [
    "waivers: [{ id: a, kind: gap, processor: A, dates: [2024-01-01], reason: r, approver: p, expires: 2024-02-01, digest: d, warehouse: w }]",
    ["kind: gap", "kind: gaps"],
    ["expires: 2024-02-01, ", ""],
    ["expires: 2024-02-01", "expires: never"],
    ["processor: A", "processors: [A]"],
  ],
};

describe("jsonSchema()", () => {
  for (const name of runbookNames) {
    it(`accepts every file of ${name} by the schema that the file names`, async () => {
      const files = [...(await runbookFiles(name))].filter(([path]) => path.endsWith(".yml"));
      for (const [path, text] of files) {
        const [, address = ""] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(text) ?? [];
        const kind = schemaKinds.find(
          (one) => join("schemas", schemaFile(one)) === normalize(join(name, path, "..", address)),
        );
        assert.ok(kind !== undefined, `${name}/${path} names a schema at its head`);
        assert.deepEqual(refusals(kind, text), [], path);
      }
      assert.ok(files.length > 2);
    });
  }

  it("accepts the rules of this repository", () => {
    assert.deepEqual(refusals("policy", readFileSync(join(folder, "policy.yml"), "utf8")), []);
  });

  for (const kind of schemaKinds) {
    it(`of ${kind} is what the repository has, in draft 2020-12, and describes every key`, () => {
      const committed: unknown = JSON.parse(readFileSync(join(folder, "schemas", schemaFile(kind)), "utf8"));
      assert.deepEqual(committed, jsonSchema(kind), "`cascade schema --write` brings it up to date");
      assert.equal(jsonSchema(kind)["$schema"], "https://json-schema.org/draft/2020-12/schema");
      assert.deepEqual(undescribed(jsonSchema(kind), kind), []);
    });

    it(`of ${kind} refuses what people mistype`, () => {
      const [right, ...changes] = mistakes[kind];
      assert.deepEqual(refusals(kind, right), []);
      for (const [from, to] of changes) {
        assert.ok(right.includes(from), from);
        assert.notDeepEqual(refusals(kind, right.replace(from, to)), [], `${from} → ${to}`);
      }
    });
  }
});

/** Paths of the properties without a description. */
function undescribed(schema: unknown, path: string): readonly string[] {
  if (typeof schema !== "object" || schema === null) return [];
  const { properties = {}, ...rest } = schema as { properties?: Record<string, { description?: string }> };
  return [
    ...Object.entries(properties).flatMap(([key, value]) => [
      ...(value.description === undefined ? [`${path}.${key}`] : []),
      ...undescribed(value, `${path}.${key}`),
    ]),
    ...Object.values(rest).flatMap((value) => undescribed(value, path)),
  ];
}
