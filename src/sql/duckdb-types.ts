import type { ColumnType } from "../domain/column.ts";
import type { Readable } from "./readable-types.ts";

/** How DuckDB spells a column type. */
export const duckdbTypes: Record<ColumnType, string> = {
  string: "varchar",
  int64: "bigint",
  float64: "double",
  bool: "boolean",
  date: "date",
  timestamp: "timestamp",
  "array<float64>": "double[]",
  "array<string>": "varchar[]",
  "array<int64>": "bigint[]",
};

const smallInteger = String.raw`U?(?:TINYINT|SMALLINT|INTEGER)`;
const decimal = String.raw`DECIMAL\(\d+,\d+\)`;
const text = String.raw`VARCHAR|UUID|ENUM\([^]*\)`;
const float = `DOUBLE|FLOAT|${decimal}|${smallInteger}`;
const wideInteger = "UBIGINT|HUGEINT|UHUGEINT";

/** What DuckDB reads as a column type. JSON is no text, and a time of day none of a date. */
export const duckdbReadable: Readable = {
  string: { always: whole(text) },
  int64: { always: whole(`BIGINT|${smallInteger}`), byValue: whole(`${wideInteger}|${decimal}`) },
  float64: { always: whole(float), byValue: whole(`BIGINT|${wideInteger}`) },
  bool: { always: whole("BOOLEAN") },
  date: { always: whole("DATE") },
  timestamp: { always: whole("TIMESTAMP(?:_S|_MS| WITH TIME ZONE)?"), byValue: whole("TIMESTAMP_NS") },
  "array<float64>": { always: listOf(float) },
  "array<string>": { always: listOf(text) },
  "array<int64>": { always: listOf(`BIGINT|${smallInteger}`) },
};

function whole(alternatives: string): RegExp {
  return new RegExp(`^(?:${alternatives})$`);
}

/** Lists, and arrays of a fixed length. */
function listOf(alternatives: string): RegExp {
  return new RegExp(String.raw`^(?:${alternatives})\[\d*\]$`);
}
