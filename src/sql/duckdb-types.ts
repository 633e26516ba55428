import { engineTypeOf, isOpaque, type ColumnType, type NamedType } from "../domain/column.ts";
import { decimalType, digitsOf, isDecimal, type Digits } from "../domain/decimal.ts";
import type { Readable } from "./readable-types.ts";

const spellings: Record<NamedType, string> = {
  string: "varchar",
  int64: "bigint",
  float64: "double",
  bool: "boolean",
  date: "date",
  timestamp: "timestamp",
  datetime: "timestamp",
  time: "time",
  json: "json",
  bytes: "blob",
  "array<float64>": "double[]",
  "array<string>": "varchar[]",
  "array<int64>": "bigint[]",
};

/** How DuckDB spells a column type. */
export function duckdbType(type: ColumnType): string {
  if (isOpaque(type)) return engineTypeOf(type);
  if (!isDecimal(type)) return spellings[type];
  const { precision, scale } = digitsOf(type);
  return `decimal(${precision},${scale})`;
}

const smallInteger = String.raw`U?(?:TINYINT|SMALLINT|INTEGER)`;
const decimal = String.raw`DECIMAL\(\d+,\d+\)`;
const text = String.raw`VARCHAR|UUID|ENUM\([^]*\)`;
const float = `DOUBLE|FLOAT|${decimal}|${smallInteger}`;
const wideInteger = "UBIGINT|HUGEINT|UHUGEINT";

/** What DuckDB reads as a column type. JSON is no text, and a time of day none of a date. */
export const duckdbReadable: Readable = {
  named: {
    string: { always: whole(text) },
    int64: { always: whole(`BIGINT|${smallInteger}`), byValue: whole(`${wideInteger}|${decimal}`) },
    float64: { always: whole(float), byValue: whole(`BIGINT|${wideInteger}`) },
    bool: { always: whole("BOOLEAN") },
    date: { always: whole("DATE") },
    timestamp: { always: whole("TIMESTAMP(?:_S|_MS| WITH TIME ZONE)?"), byValue: whole("TIMESTAMP_NS") },
    datetime: { always: whole("TIMESTAMP(?:_S|_MS)?"), byValue: whole("TIMESTAMP_NS") },
    time: { always: whole("TIME") },
    json: { always: whole("JSON") },
    bytes: { always: whole("BLOB") },
    "array<float64>": { always: listOf(float) },
    "array<string>": { always: listOf(text) },
    "array<int64>": { always: listOf(`BIGINT|${smallInteger}`) },
  },
  digitsIn,
};

const integerDigits: Readonly<Record<string, number>> = {
  TINYINT: 3,
  UTINYINT: 3,
  SMALLINT: 5,
  USMALLINT: 5,
  INTEGER: 10,
  UINTEGER: 10,
  BIGINT: 19,
  UBIGINT: 20,
  HUGEINT: 39,
  UHUGEINT: 39,
};

function digitsIn(found: string): Digits | undefined {
  const [, precision, scale] = /^DECIMAL\((\d+),(\d+)\)$/.exec(found) ?? [];
  if (precision !== undefined) return { precision: Number(precision), scale: Number(scale) };
  const digits = integerDigits[found];
  return digits === undefined ? undefined : { precision: digits, scale: 0 };
}

const described: readonly (readonly [type: NamedType, found: RegExp])[] = [
  ["string", whole(text)],
  ["int64", whole(`BIGINT|${smallInteger}|${wideInteger}`)],
  ["float64", whole("DOUBLE|FLOAT")],
  ["bool", whole("BOOLEAN")],
  ["date", whole("DATE")],
  ["timestamp", whole("TIMESTAMP(?:_S|_MS|_NS| WITH TIME ZONE)?")],
  ["time", whole("TIME")],
  ["json", whole("JSON")],
  ["bytes", whole("BLOB")],
  ["array<float64>", listOf("DOUBLE|FLOAT")],
  ["array<string>", listOf(text)],
  ["array<int64>", listOf(`BIGINT|${smallInteger}`)],
];

/** The column type of what DuckDB prints: a text is upper case where it is a name. */
export function duckdbDescribed(found: string): ColumnType {
  const digits = found.startsWith("DECIMAL") ? digitsIn(found) : undefined;
  if (digits !== undefined) return decimalType(digits);
  return described.find(([, pattern]) => pattern.test(found))?.[0] ?? `opaque(${found})`;
}

function whole(alternatives: string): RegExp {
  return new RegExp(`^(?:${alternatives})$`);
}

/** Lists, and arrays of a fixed length. */
function listOf(alternatives: string): RegExp {
  return new RegExp(String.raw`^(?:${alternatives})\[\d*\]$`);
}
