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
  ["array<int64>", "never", ["HUGEINT[]", "BIGINT", "BIGINT[][]"]],
];

const onBigQuery: readonly Expected[] = [
  ["string", "always", ["STRING", "STRING(10)"]],
  ["string", "never", ["JSON", "BYTES"]],
  ["int64", "by-value", ["NUMERIC", "NUMERIC(10)", "BIGNUMERIC(40, 2)"]],
  ["float64", "always", ["FLOAT64", "INT64", "NUMERIC", "NUMERIC(10, 2)", "BIGNUMERIC"]],
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
});
