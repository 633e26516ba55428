import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ColumnType } from "../../src/domain/column.ts";
import { duckdb } from "../../src/sql/duckdb.ts";
import { duckdbLoss } from "../../src/sql/duckdb-losses.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { queryRows, typed } from "../../src/warehouse/row-shape.ts";

const kept: Partial<Record<ColumnType, readonly string[]>> = {
  string: ["'x'", "'[1]'", "7", "7.50", "true", "date '2024-02-26'", "uuid()", "'a]'::enum('a]')", "null"],
  json: ["'{\"a\": 1}'", "'{\"a\": 1}'::json", "{ a: 1 }", "[1]", "7", "null"],
  bytes: ["'ab'::blob", "null"],
  "array<string>": [
    "['x']",
    "[1]",
    "[uuid()]",
    "['a']::varchar[1]",
    "[]",
    "[null]",
    "null::varchar[]",
    "null",
  ],
  int64: [
    "7",
    "7.0::double",
    "7.00::decimal(9, 2)",
    "9223372036854775807",
    "7::hugeint",
    "1e17::double",
    "null",
  ],
  float64: ["7", "0.1", "0.1::double", "9007199254740992", "7::hugeint", "'nan'::double", "null"],
  bool: ["true", "1 = 1", "null"],
  date: [
    "date '2024-02-26'",
    "date '1000-01-01'",
    "date '9999-12-31'",
    "'2024-02-26'",
    "timestamp '2024-02-26 00:00:00'",
    "null",
  ],
  timestamp: [
    "timestamp '2024-02-26 10:00:00.123456'",
    "timestamp '1000-01-01 00:00:00'",
    "timestamp '9999-12-31 23:59:59.999999'",
    "timestamptz '9999-12-31 23:59:59+00'",
    "timestamp_ns '2024-02-26 10:00:00.123456000'",
    "'2024-02-26 10:00:00.123456'",
    "'2024-02-26 10:00:00.1234560'",
    "'2024-02-26T10:00:00+02:00'",
    "date '2024-02-26'",
    "null",
  ],
  "array<float64>": [
    "[1, 2]",
    "[0.5, 2.0]",
    "[0.5::double, null]",
    "[9007199254740992]",
    "[]",
    "null::double[]",
    "[1]::integer[1]",
  ],
  "array<int64>": ["[1, 2]", "[1.0, 2.0]", "[]::bigint[]", "null::bigint[]"],
  "numeric(12, 2)": [
    "7",
    "-7::hugeint",
    "9.90::decimal(4, 2)",
    "9.9000::decimal(20, 4)",
    "9999999999.99",
    "12.5::double",
    "0.1::double",
    "null",
  ],
  datetime: ["timestamp '2024-02-26 10:00:00.123456'", "'2024-02-26 10:00:00'", "null"],
  time: ["time '10:00:00.5'", "'10:00:00'", "null"],
};

const lost: Partial<Record<ColumnType, readonly string[]>> = {
  string: ["[1]", "['x']", "[]", "[1]::integer[1]", "{ a: 1 }", "map { 'a': 1 }", "[{ a: 1 }]", "'a'::blob"],
  json: ["'x'", "''", "'{'"],
  bytes: ["'ab'", "'\\xAA'", "7"],
  "array<string>": ["'[a]'", "7", "[['x']]", "[{ a: 1 }]", "{ a: 1 }", "['a'::blob]", "'[\"a\"]'::json"],
  int64: [
    "7.5::double",
    "7.5",
    "'7'",
    "'x'",
    "9223372036854775808::hugeint",
    "1e300::double",
    "'nan'::double",
    "true",
  ],
  float64: ["9007199254740993", "'0.1'", "true", "date '2024-02-26'"],
  bool: ["0", "1", "2", "1.0", "'true'", "'t'", "'yes'", "['true']"],
  date: [
    "date 'infinity'",
    "date '-infinity'",
    "date '0999-12-31'",
    "date '10000-01-01'",
    "date '0044-03-15 (BC)'",
    "timestamp 'infinity'",
    "timestamp '10000-01-01 00:00:00'",
    "'infinity'",
    "'10000-01-01'",
    "'epoch'",
    "7",
    "['2024-02-26']",
    "timestamp '2024-02-26 23:59:59'",
    "timestamp '2024-02-26 00:00:00.5'",
    "'2024-02-26 23:59:59'",
    "'2024-02-26T23:30:00-05:00'",
    "'soon'",
  ],
  timestamp: [
    "timestamp_ns '2024-02-26 10:00:00.123456789'",
    "'2024-02-26 10:00:00.1234567'",
    "'soon'",
    "timestamp 'infinity'",
    "timestamp '-infinity'",
    "timestamp '0999-12-31 23:59:59.999999'",
    "timestamp '10000-01-01 00:00:00'",
    "timestamptz 'infinity'",
    "timestamptz '9999-12-31 23:00:00-02'",
    "date 'infinity'",
    "date '10000-01-01'",
    "'infinity'",
    "'epoch'",
    "'10000-01-01 00:00:00'",
    "7",
  ],
  "array<float64>": ["[9007199254740993]", "['0.5']", "'[0.5]'", "[true]"],
  "array<int64>": ["[1.5, 2.0]", "'[1]'", "7", "['1']", "[true]", "[9223372036854775808]"],
  "numeric(12, 2)": [
    "9.999",
    "10000000000",
    "1e10::double",
    "(0.1::double + 0.2::double)",
    "'7'",
    "true",
    "'nan'::double",
    "date '2024-02-26'",
  ],
  datetime: [
    "timestamptz '2024-02-26 10:00:00+00'",
    "timestamp_ns '2024-02-26 10:00:00.123456789'",
    "'2024-02-26 10:00:00+02:00'",
    "'2024-02-26T10:00:00Z'",
    "'soon'",
    "timestamp 'infinity'",
    "timestamp '-infinity'",
    "timestamp '0999-12-31 23:59:59'",
    "timestamp '10000-01-01 00:00:00'",
    "date 'infinity'",
    "'infinity'",
  ],
  time: ["timestamp '2024-02-26 10:00:00'", "time '24:00:00'", "'24:00:00'", "'25:00'", "'10'", "7"],
};

async function isLost(type: ColumnType, value: string): Promise<boolean | undefined> {
  await using warehouse = await openDuckDb({ path: ":memory:" });
  const loss = duckdbLoss(type, '"order"');
  const sql = `select ${loss?.when} as lost from (select ${value} as "order") as step_outcome`;
  const rows = await queryRows(warehouse, { sql, purpose: "try" }, { lost: typed.boolean });
  return rows[0]?.lost;
}

describe("an instant on DuckDB", () => {
  it("is that of its zone, of the runbook's where a text names none, and none where it is no instant", async () => {
    await using warehouse = await openDuckDb({ path: ":memory:", timeZone: "Europe/Berlin" });
    for (const [value, expected] of [
      ["timestamp '2024-02-26 10:00:00'", "2024-02-26 10:00:00"],
      ["timestamptz '2024-02-26 10:00:00+00'", "2024-02-26 10:00:00"],
      ["'2024-02-26 10:00:00+02:00'", "2024-02-26 08:00:00"],
      ["'2024-02-26T10:00:00Z'", "2024-02-26 10:00:00"],
      ["'2024-02-26 10:00:00'", "2024-02-26 09:00:00"],
      ["date '2024-02-26'", "2024-02-26 00:00:00"],
      ["'soon'", undefined],
      ["null", undefined],
    ] as const) {
      const sql = `select cast(${duckdb.instantOf('"order"')} as varchar) as instant from (select ${value} as "order") as step_outcome`;
      const rows = await queryRows(
        warehouse,
        { sql, purpose: "try" },
        { instant: typed.nullable(typed.text) },
      );
      assert.equal(rows[0]?.instant, expected, value);
    }
  });
});

describe("a float on DuckDB", () => {
  it("is the nearest one, also to decimals of more digits than a float has", async () => {
    await using warehouse = await openDuckDb({ path: ":memory:" });
    for (const [value, expected] of [
      ["0.1::decimal(38, 30)", "0.1"],
      ["123456789012345678.9::decimal(38, 10)", "123456789012345678.9"],
      ["1.1", "1.1"],
      ["7", "7"],
    ] as const) {
      const sql = `select cast(${duckdb.floatOf('"order"')} = cast('${expected}' as double) as varchar) as same from (select ${value} as "order") as step_outcome`;
      const rows = await queryRows(warehouse, { sql, purpose: "try" }, { same: typed.text });
      assert.equal(rows[0]?.same, "true", value);
    }
  });
});

describe("duckdbLoss()", () => {
  for (const [type, values] of Object.entries(kept) as [ColumnType, readonly string[]][]) {
    it(`takes for ${type} what loses nothing`, async () => {
      for (const value of values) assert.equal(await isLost(type, value), false, value);
    });
  }

  for (const [type, values] of Object.entries(lost) as [ColumnType, readonly string[]][]) {
    it(`finds for ${type} what would change`, async () => {
      for (const value of values) assert.equal(await isLost(type, value), true, value);
    });
  }

  it("is not asked where a cast changes nothing", () => {
    assert.equal(duckdbLoss("opaque(STRUCT(a INTEGER))", "x"), undefined);
  });
});
