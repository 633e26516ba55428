import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { tupleText } from "../../src/domain/tuple-text.ts";
import { duckdb } from "../../src/sql/duckdb.ts";
import { keyText } from "../../src/sql/key-text.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { queryRows, typed } from "../../src/warehouse/row-shape.ts";

/** Texts of separators, escapes and a letter: short enough to meet each other often. */
const part = fc.string({ unit: fc.constantFrom("|", "\\", "a", " ", "-", "'"), maxLength: 3 });
const triple = fc.tuple(part, part, part);
const tuple = fc.array(part, { minLength: 1, maxLength: 3 });

describe("tupleText()", () => {
  it("leaves ordinary keys as they are", () => {
    assert.equal(tupleText(["2024-01-01", "A-B", "C d"]), "2024-01-01|A-B|C d");
  });

  it("gives two tuples two texts", () => {
    const all = ["", "|", "\\", "a", "\\|", "|\\", "a|", "|a", "\\\\", "||"];
    const tuples = all.flatMap((left) => all.flatMap((right) => all.map((last) => [left, right, last])));
    assert.equal(new Set(tuples.map(tupleText)).size, tuples.length);
    fc.assert(
      fc.property(tuple, tuple, (left, right) => {
        assert.equal(tupleText(left) === tupleText(right), JSON.stringify(left) === JSON.stringify(right));
      }),
      { numRuns: 3000 },
    );
  });
});

describe("keyText()", () => {
  it("makes in SQL the text that tupleText() makes", async () => {
    await using warehouse = await openDuckDb({ path: ":memory:" });
    const type = "string" as const;
    const text = keyText(duckdb, [
      { value: "first", type },
      { value: "second", type },
      { value: "third", type },
    ]);
    const tuples = fc.sample(triple, 500);
    const columns = ["first", "second", "third"];
    const rows = await queryRows(
      warehouse,
      {
        sql: `select ${text} as key_text from (select ${columns.map((name) => `unnest(@${name}) as ${name}`).join(", ")})`,
        parameters: Object.fromEntries(
          columns.map((name, index) => [
            name,
            { type: "array<string>" as const, value: tuples.map((tuple) => tuple[index] ?? "") },
          ]),
        ),
        purpose: "name keys",
      },
      { key_text: typed.text },
    );
    assert.deepEqual(
      rows.map((row) => row.key_text),
      tuples.map((tuple) => tupleText(tuple)),
    );
  });

  it("leaves a single part as it is", () => {
    assert.equal(keyText(duckdb, [{ value: "name", type: "string" }]), "cast(name as varchar)");
  });

  it("is NULL when a part is", async () => {
    await using warehouse = await openDuckDb({ path: ":memory:" });
    const text = keyText(duckdb, [
      { value: "cast(null as varchar)", type: "string" },
      { value: "1", type: "int64" },
    ]);
    const sql = `select ${text} is null as absent`;
    const rows = await queryRows(warehouse, { sql, purpose: "name a key" }, { absent: typed.boolean });
    assert.equal(rows[0]?.absent, true);
  });
});
