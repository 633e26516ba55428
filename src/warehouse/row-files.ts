import { elementTypeOf, isOpaque, type Column, type ColumnType, type NamedType } from "../domain/column.ts";
import { digitsOf, fitDecimal, isDecimal, type DecimalType } from "../domain/decimal.ts";
import { fitValue, floatText } from "../domain/fit-value.ts";
import type { Row, Value } from "./warehouse.ts";

/** An element of a Parquet schema, as far as declared columns need it. */
type SchemaElement = {
  readonly name: string;
  readonly type?: "BOOLEAN" | "BYTE_ARRAY" | "DOUBLE" | "FIXED_LEN_BYTE_ARRAY" | "INT32" | "INT64";
  readonly type_length?: number;
  readonly repetition_type?: "OPTIONAL" | "REPEATED";
  readonly num_children?: number;
  readonly converted_type?: "DATE" | "DECIMAL" | "LIST" | "UTF8";
  readonly precision?: number;
  readonly scale?: number;
  readonly logical_type?: {
    readonly type: "TIME" | "TIMESTAMP";
    readonly isAdjustedToUTC: boolean;
    readonly unit: "MICROS";
  };
};

type Scalar = Exclude<NamedType, `array<${string}>`>;
type Physical = Omit<SchemaElement, "name" | "repetition_type">;

const text = { type: "BYTE_ARRAY", converted_type: "UTF8" } as const;

const physical: Record<Scalar, Physical> = {
  string: text,
  int64: { type: "INT64" },
  float64: { type: "DOUBLE" },
  bool: { type: "BOOLEAN" },
  date: { type: "INT32", converted_type: "DATE" },
  timestamp: { type: "INT64", logical_type: { type: "TIMESTAMP", isAdjustedToUTC: false, unit: "MICROS" } },
  datetime: { type: "INT64", logical_type: { type: "TIMESTAMP", isAdjustedToUTC: false, unit: "MICROS" } },
  time: { type: "INT64", logical_type: { type: "TIME", isAdjustedToUTC: false, unit: "MICROS" } },
  json: text,
  bytes: { type: "BYTE_ARRAY" },
};

/** Bytes that hold 38 digits and a sign. */
const decimalBytes = 16;

function physicalOf(type: ColumnType): Physical {
  if (isOpaque(type)) return text;
  if (!isDecimal(type)) return physical[type as Scalar];
  const digits = digitsOf(type);
  return { type: "FIXED_LEN_BYTE_ARRAY", type_length: decimalBytes, converted_type: "DECIMAL", ...digits };
}

/** Writes rows as the port gives them to a Parquet file, with the types that DuckDB would give its columns. */
export async function writeParquetFile(
  path: string,
  columns: readonly Column[],
  rows: readonly Row[],
): Promise<void> {
  const { parquetWriteFile } = await import("hyparquet-writer");
  parquetWriteFile({
    filename: path,
    schema: [{ name: "rows", num_children: columns.length }, ...columns.flatMap(schemaOf)],
    columnData: columns.map(({ name, type }) => ({
      name,
      data: rows.map((row) => parquetValue(type, row[name] ?? null)),
    })),
  });
}

/**
 * Rows as the port gives them, one JSON object a line: dates as `2024-01-31`, timestamps as `2024-01-31 00:00:00`, in UTC
 * and with six decimals where there is a fraction; a float that is not finite by its name, as text.
 */
export function renderNdjson(columns: readonly Column[], rows: readonly Row[]): string {
  const lines = rows.map((row) => {
    const members = columns.map(
      ({ name, type }) => `${JSON.stringify(name)}:${jsonOf(type, row[name] ?? null)}`,
    );
    return `{${members.join(",")}}\n`;
  });
  return lines.join("");
}

function schemaOf({ name, type }: Column): readonly SchemaElement[] {
  const element = elementTypeOf(type);
  if (element === undefined) return [{ ...physicalOf(type), name, repetition_type: "OPTIONAL" }];
  return [
    { name, repetition_type: "OPTIONAL", converted_type: "LIST", num_children: 1 },
    { name: "list", repetition_type: "REPEATED", num_children: 1 },
    { ...physical[element], name: "element", repetition_type: "OPTIONAL" },
  ];
}

function parquetValue(type: ColumnType, value: Value): unknown {
  if (value === null) return null;
  const element = elementTypeOf(type);
  if (element !== undefined) return (value as readonly Value[]).map((item) => parquetValue(element, item));
  if (isDecimal(type)) return unscaled(type, String(value));
  const convert = converters[type];
  return convert === undefined ? value : convert(String(value));
}

const converters: Partial<Record<ColumnType, (text: string) => unknown>> = {
  int64: BigInt,
  timestamp: microsOf,
  datetime: microsOf,
  time: (text) => microsOf(`1970-01-01 ${text}`),
  date: (text) => new Date(text),
  bytes: (text) => Buffer.from(text, "base64"),
};

/** The digits of a decimal as an integer, as Parquet stores it. */
function unscaled(type: DecimalType, text: string): bigint {
  return BigInt((fitDecimal(type, text) ?? "0").replace(".", ""));
}

/** Microseconds since 1970 of an instant in any form that `fitValue` takes. */
function microsOf(text: string): bigint {
  const instant = JSON.parse(fitValue("timestamp", text) ?? "null") as string;
  const [seconds = "", fraction = ""] = instant.split(".");
  return BigInt(Date.parse(`${seconds.replace(" ", "T")}Z`)) * 1000n + BigInt(fraction.padEnd(6, "0"));
}

/** Integers that no JavaScript number holds come as text and are digits all the same; JSON comes as its text. */
function jsonOf(type: ColumnType, value: Value): string {
  if (value === null) return "null";
  const element = elementTypeOf(type);
  if (element !== undefined) {
    return `[${(value as readonly Value[]).map((item) => jsonOf(element, item)).join(",")}]`;
  }
  if (type === "int64" || type === "json" || isOpaque(type)) return String(value);
  if (type === "float64") return floatText(Number(value));
  return fitValue(type, value) ?? JSON.stringify(value);
}
