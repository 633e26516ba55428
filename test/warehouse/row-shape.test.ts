import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { queryRows, readRows, typed, type RowShape } from "../../src/warehouse/row-shape.ts";
import type { Value } from "../../src/warehouse/warehouse.ts";

const purpose = "read the ledger";

function readOne(kind: RowShape[string], value: Value): unknown {
  return readRows([{ x: value }], { shape: { x: kind }, purpose })[0]?.x;
}

describe("readRows()", () => {
  it("gives the columns of the shape, typed, and leaves the others out", () => {
    const rows = [{ day: "2024-02-29", rows: 3, note: null, unasked: 1 }];
    const shape = { day: typed.date, rows: typed.count, note: typed.nullable(typed.text) };
    assert.deepEqual(readRows(rows, { shape, purpose }), [{ day: "2024-02-29", rows: 3, note: undefined }]);
  });

  it("names a column that the answer lacks, what was asked, and the columns there are", () => {
    assert.throws(
      () =>
        readRows([{ analysis_date: "2024-01-01", n: 1 }], { shape: { anlysis_date: typed.date }, purpose }),
      {
        name: "Error",
        message:
          'The answer to "read the ledger" has no column "anlysis_date"; its columns are analysis_date, n',
      },
    );
  });

  it("names a value that is not of its kind, and forces none", () => {
    assert.throws(() => readOne(typed.date, "2023-02-29"), {
      message: 'The answer to "read the ledger" has "2023-02-29" in its column "x": expected a date',
    });
    const wrong: readonly (readonly [RowShape[string], Value])[] = [
      [typed.text, 1],
      [typed.text, null],
      [typed.date, null],
      [typed.date, "infinity"],
      [typed.date, "0999-01-01"],
      [typed.instant, "yesterday"],
      [typed.count, "9007199254740993"],
      [typed.count, 1.5],
      [typed.count, true],
      [typed.integer, "1.0"],
      [typed.integer, 2 ** 60],
      [typed.float, "1"],
      [typed.boolean, 1],
      [typed.oneOf(["a", "b"]), "c"],
      [typed.listOf(typed.text), ["a", null]],
      [typed.listOf(typed.text), "a"],
    ];
    for (const [kind, value] of wrong) {
      assert.throws(() => readOne(kind, value), /: expected /, JSON.stringify(value));
    }
  });

  it("tells a day that no calendar has from what is no day", () => {
    for (const value of [null, "infinity", "-infinity", "0999-12-31", "12024-01-01", "0044-03-15 (BC)"]) {
      assert.equal(readOne(typed.anyDate, value), undefined, String(value));
    }
    assert.equal(readOne(typed.anyDate, "2024-01-31"), "2024-01-31");
    assert.throws(() => readOne(typed.anyDate, "soon"), /expected a date of any year or NULL/);
  });

  it("gathers numbered columns in a list, and names the one that is absent", () => {
    const shape = { valid: typed.numbered(2, typed.count) };
    const rows = [{ valid_0: 3, valid_1: 5 }];
    assert.deepEqual(readRows(rows, { shape, purpose }), [{ valid: [3, 5] }]);
    assert.throws(() => readRows([{ valid_0: 3 }], { shape, purpose }), /has no column "valid_1"/);
  });

  it("keeps what is of its kind as it is", () => {
    assert.equal(readOne(typed.integer, "9223372036854775807"), 9_223_372_036_854_775_807n);
    assert.equal(readOne(typed.integer, -3), -3n);
    assert.equal(readOne(typed.float, -0), -0);
    assert.equal(readOne(typed.boolean, false), false);
    assert.equal(readOne(typed.oneOf(["a", "b"]), "b"), "b");
    assert.deepEqual(readOne(typed.instant, "2024-01-01T00:00:00.000Z"), new Date(0x18cc251f400));
    assert.deepEqual(readOne(typed.listOf(typed.nullable(typed.count)), [1, null]), [1, undefined]);
  });
});

describe("queryRows()", () => {
  it("reads what DuckDB answers", async () => {
    await using warehouse = await openDuckDb({ path: ":memory:" });
    const statement = {
      sql: "select date '2024-01-31' as d, sum(n) as s, 9223372036854775807 as i, list(n order by n) as l from (values (1), (2)) as v(n)",
      purpose: "try",
    };
    const shape = { d: typed.date, s: typed.count, i: typed.integer, l: typed.listOf(typed.count) };
    assert.deepEqual(await queryRows(warehouse, statement, shape), [
      { d: "2024-01-31", s: 3, i: 9_223_372_036_854_775_807n, l: [1, 2] },
    ]);
    await assert.rejects(queryRows(warehouse, statement, { day: typed.date }), /no column "day"/);
  });
});
