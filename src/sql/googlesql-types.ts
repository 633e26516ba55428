import { engineTypeOf, isOpaque, type ColumnType, type NamedType } from "../domain/column.ts";
import { decimalType, digitsOf, isDecimal, mostDigits, type Digits } from "../domain/decimal.ts";
import type { Readable } from "./readable-types.ts";

/** Digits of NUMERIC; BIGNUMERIC has more of both than any declared type. */
const usual = { precision: 38, scale: 9 } as const;
const big = { precision: 76, scale: 38 } as const;

/** How BigQuery spells a column type. Decimals have no digits of their own in it: they are checked where they are written. */
export function googlesqlType(type: ColumnType): string {
  if (isOpaque(type)) return engineTypeOf(type);
  if (!isDecimal(type)) return type;
  const { precision, scale } = digitsOf(type);
  const isUsual = scale <= usual.scale && precision - scale <= usual.precision - usual.scale;
  return isUsual ? "numeric" : "bignumeric";
}

const decimal = String.raw`(?:BIG)?NUMERIC(?:\(\d+(?:, ?\d+)?\))?`;
const text = /^STRING(?:\(\d+\))?$/;

/** What BigQuery reads as a column type. A DATETIME is no instant without a zone. */
export const googlesqlReadable: Readable = {
  named: {
    string: { always: text },
    int64: { always: /^INT64$/, byValue: new RegExp(`^${decimal}$`) },
    float64: { always: new RegExp(`^(?:FLOAT64|INT64|${decimal})$`) },
    bool: { always: /^BOOL$/ },
    date: { always: /^DATE$/ },
    timestamp: { always: /^TIMESTAMP(?:\(\d+\))?$/ },
    datetime: { always: /^DATETIME$/ },
    time: { always: /^TIME$/ },
    json: { always: /^JSON$/ },
    bytes: { always: /^BYTES(?:\(\d+\))?$/ },
    "array<float64>": { always: new RegExp(`^ARRAY<(?:FLOAT64|INT64|${decimal})>$`) },
    "array<string>": { always: /^ARRAY<STRING(?:\(\d+\))?>$/ },
    "array<int64>": { always: /^ARRAY<INT64>$/ },
  },
  digitsIn,
};

function digitsIn(found: string): Digits | undefined {
  if (found === "INT64") return { precision: 19, scale: 0 };
  const [isFound, name, precision, scale = "0"] =
    /^((?:BIG)?NUMERIC)(?:\((\d+)(?:, ?(\d+))?\))?$/.exec(found) ?? [];
  if (isFound === undefined) return undefined;
  if (precision !== undefined) return { precision: Number(precision), scale: Number(scale) };
  return name === "NUMERIC" ? usual : big;
}

const described: readonly (readonly [type: NamedType, found: RegExp])[] = [
  ["string", text],
  ["int64", /^INT64$/],
  ["float64", /^FLOAT64$/],
  ["bool", /^BOOL$/],
  ["date", /^DATE$/],
  ["timestamp", /^TIMESTAMP(?:\(\d+\))?$/],
  ["datetime", /^DATETIME$/],
  ["time", /^TIME$/],
  ["json", /^JSON$/],
  ["bytes", /^BYTES(?:\(\d+\))?$/],
  ["array<float64>", /^ARRAY<FLOAT64>$/],
  ["array<string>", /^ARRAY<STRING(?:\(\d+\))?>$/],
  ["array<int64>", /^ARRAY<INT64>$/],
];

/** The column type of what BigQuery prints. */
export function googlesqlDescribed(found: string): ColumnType {
  const digits = found === "INT64" ? undefined : digitsIn(found);
  if (digits !== undefined && digits.precision <= mostDigits) return decimalType(digits);
  return described.find(([, pattern]) => pattern.test(found))?.[0] ?? `opaque(${found})`;
}
