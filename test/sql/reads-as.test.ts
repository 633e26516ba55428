import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ColumnType } from "../../src/domain/column.ts";
import { duckdb } from "../../src/sql/duckdb.ts";
import { googlesql } from "../../src/sql/googlesql.ts";
import type { Dialect, Reading } from "../../src/sql/dialect.ts";

type Expected = readonly [type: ColumnType, reading: Reading, found: readonly string[]];

const onDuckDb: readonly Expected[] = [
  ["string", "always", ["VARCHAR", "UUID", "ENUM('A', 'B')"]],
  ["string", "never", ["JSON", "BLOB", "BIGINT", "VARCHAR[]", "STRUCT(A VARCHAR)"]],
  ["int64", "always", ["BIGINT", "INTEGER", "SMALLINT", "TINYINT", "UINTEGER", "USMALLINT", "UTINYINT"]],
  ["int64", "by-value", ["HUGEINT", "UHUGEINT", "UBIGINT", "DECIMAL(18,0)", "DECIMAL(10,2)"]],
  ["int64", "never", ["DOUBLE", "VARCHAR", "BOOLEAN", "BIGINT[]"]],
  ["float64", "always", ["DOUBLE", "FLOAT", "DECIMAL(38,10)", "INTEGER"]],
  ["float64", "by-value", ["BIGINT", "HUGEINT"]],
  ["float64", "never", ["VARCHAR", "BOOLEAN", "DATE"]],
  ["date", "never", ["TIMESTAMP", "VARCHAR", "TIMESTAMP WITH TIME ZONE"]],
  ["timestamp", "always", ["TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP WITH TIME ZONE"]],
  ["timestamp", "by-value", ["TIMESTAMP_NS"]],
  ["timestamp", "never", ["DATE", "TIME", "VARCHAR"]],
  ["array<float64>", "always", ["DOUBLE[]", "FLOAT[3]", "DECIMAL(5,1)[]"]],
  ["numeric(12, 2)", "always", ["DECIMAL(12,2)", "DECIMAL(10,0)", "DECIMAL(4,1)", "INTEGER"]],
  ["numeric(12, 2)", "by-value", ["DECIMAL(13,2)", "DECIMAL(12,3)", "BIGINT", "HUGEINT"]],
  ["numeric(12, 2)", "never", ["DOUBLE", "VARCHAR", "DATE"]],
  ["datetime", "never", ["TIMESTAMP WITH TIME ZONE", "DATE"]],
  ["opaque(INTERVAL)", "always", ["INTERVAL"]],
  ["opaque(INTERVAL)", "never", ["BIGINT"]],
  ["array<int64>", "never", ["HUGEINT[]", "BIGINT", "BIGINT[][]"]],
];

const onBigQuery: readonly Expected[] = [
  ["string", "always", ["STRING", "STRING(10)"]],
  ["string", "never", ["JSON", "BYTES"]],
  ["int64", "by-value", ["NUMERIC", "NUMERIC(10)", "BIGNUMERIC(40, 2)"]],
  ["float64", "always", ["FLOAT64", "INT64", "NUMERIC", "NUMERIC(10, 2)", "BIGNUMERIC"]],
  ["numeric(12, 2)", "always", ["NUMERIC(12, 2)", "NUMERIC(10)"]],
  ["numeric(12, 2)", "by-value", ["NUMERIC", "BIGNUMERIC", "INT64"]],
  ["numeric(38, 9)", "always", ["NUMERIC", "INT64"]],
  ["numeric(12, 2)", "never", ["FLOAT64", "STRING"]],
  ["datetime", "never", ["TIMESTAMP", "DATE"]],
  ["date", "never", ["DATETIME", "TIMESTAMP"]],
  ["timestamp", "never", ["DATETIME", "DATE"]],
  ["array<float64>", "always", ["ARRAY<FLOAT64>", "ARRAY<NUMERIC>"]],
  ["array<string>", "never", ["ARRAY<STRUCT<A STRING>>", "STRING"]],
];

function holds(dialect: Dialect, expected: readonly Expected[]): void {
  for (const [type, reading, types] of expected) {
    for (const found of types) assert.equal(dialect.readsAs(type, found), reading, `${found} as ${type}`);
  }
}

describe("readsAs()", () => {
  it("takes on DuckDB what loses no meaning", () => holds(duckdb, onDuckDb));

  it("takes on BigQuery what loses no meaning", () => holds(googlesql, onBigQuery));

  it("has on DuckDB one column type for each type that the catalog prints", () => {
    const printed: readonly (readonly [found: string, type: ColumnType])[] = [
      ["INTEGER", "int64"],
      ["HUGEINT", "int64"],
      ["DECIMAL(18,3)", "numeric(18, 3)"],
      ["FLOAT", "float64"],
      ["TIMESTAMP WITH TIME ZONE", "timestamp"],
      ["UUID", "string"],
      ["JSON", "json"],
      ["BLOB", "bytes"],
      ["VARCHAR[]", "array<string>"],
      ["STRUCT(a INTEGER)", "opaque(STRUCT(a INTEGER))"],
      ["INTERVAL", "opaque(INTERVAL)"],
    ];
    for (const [found, type] of printed) assert.equal(duckdb.describedType(found), type);
  });

  it("has on BigQuery one column type for each type that the catalog prints", () => {
    const printed: readonly (readonly [found: string, type: ColumnType])[] = [
      ["INT64", "int64"],
      ["NUMERIC", "numeric(38, 9)"],
      ["NUMERIC(10, 2)", "numeric(10, 2)"],
      ["BIGNUMERIC(38, 20)", "numeric(38, 20)"],
      ["BIGNUMERIC", "opaque(BIGNUMERIC)"],
      ["DATETIME", "datetime"],
      ["ARRAY<STRUCT<a INT64>>", "opaque(ARRAY<STRUCT<a INT64>>)"],
    ];
    for (const [found, type] of printed) assert.equal(googlesql.describedType(found), type);
  });
});
