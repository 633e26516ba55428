import type { Column, ColumnType } from "../domain/column.ts";
import { fitValue, floatText } from "../domain/fit-value.ts";
import type { Row, Value } from "./warehouse.ts";

/** An element of a Parquet schema, as far as declared columns need it. */
type SchemaElement = {
  readonly name: string;
  readonly type?: "BOOLEAN" | "BYTE_ARRAY" | "DOUBLE" | "INT32" | "INT64";
  readonly repetition_type?: "OPTIONAL" | "REPEATED";
  readonly num_children?: number;
  readonly converted_type?: "DATE" | "LIST" | "UTF8";
  readonly logical_type?: {
    readonly type: "TIMESTAMP";
    readonly isAdjustedToUTC: boolean;
    readonly unit: "MICROS";
  };
};

type Scalar = Exclude<ColumnType, `array<${string}>`>;

const physical: Record<Scalar, Omit<SchemaElement, "name" | "repetition_type">> = {
  string: { type: "BYTE_ARRAY", converted_type: "UTF8" },
  int64: { type: "INT64" },
  float64: { type: "DOUBLE" },
  bool: { type: "BOOLEAN" },
  date: { type: "INT32", converted_type: "DATE" },
  timestamp: { type: "INT64", logical_type: { type: "TIMESTAMP", isAdjustedToUTC: false, unit: "MICROS" } },
};

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
  const element = elementOf(type);
  if (element === undefined) return [{ ...physical[type as Scalar], name, repetition_type: "OPTIONAL" }];
  return [
    { name, repetition_type: "OPTIONAL", converted_type: "LIST", num_children: 1 },
    { name: "list", repetition_type: "REPEATED", num_children: 1 },
    { ...physical[element], name: "element", repetition_type: "OPTIONAL" },
  ];
}

function elementOf(type: ColumnType): Scalar | undefined {
  return /^array<(\w+)>$/.exec(type)?.[1] as Scalar | undefined;
}

function parquetValue(type: ColumnType, value: Value): unknown {
  if (value === null) return null;
  const element = elementOf(type);
  if (element !== undefined) return (value as readonly Value[]).map((item) => parquetValue(element, item));
  if (type === "int64") return BigInt(String(value));
  if (type === "timestamp") return microsOf(String(value));
  return type === "date" ? new Date(String(value)) : value;
}

/** Microseconds since 1970 of an instant in any form that `fitValue` takes. */
function microsOf(text: string): bigint {
  const instant = JSON.parse(fitValue("timestamp", text) ?? "null") as string;
  const [seconds = "", fraction = ""] = instant.split(".");
  return BigInt(Date.parse(`${seconds.replace(" ", "T")}Z`)) * 1000n + BigInt(fraction.padEnd(6, "0"));
}

/** Integers that no JavaScript number holds come as text and are digits all the same. */
function jsonOf(type: ColumnType, value: Value): string {
  if (value === null) return "null";
  const element = elementOf(type);
  if (element !== undefined) {
    return `[${(value as readonly Value[]).map((item) => jsonOf(element, item)).join(",")}]`;
  }
  if (type === "int64") return String(value);
  if (type === "float64") return floatText(Number(value));
  return fitValue(type, value) ?? JSON.stringify(value);
}
