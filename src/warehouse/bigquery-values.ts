import type { Parameter, Row, Value } from "./warehouse.ts";

type ParameterType = { readonly type: string; readonly arrayType?: { readonly type: string } };

type ParameterValue = {
  readonly value?: string | null;
  readonly arrayValues?: readonly { readonly value: string | null }[];
};

/** A query parameter as BigQuery's REST interface takes it. */
export type QueryParameter = {
  readonly name: string;
  readonly parameterType: ParameterType;
  readonly parameterValue: ParameterValue;
};

/** A field of a result as BigQuery describes it. */
export type ResultField = {
  readonly name: string;
  readonly type: string;
  readonly mode?: string;
  /** Of a decimal that has bounds of its own, as digits. */
  readonly precision?: string;
  readonly scale?: string;
  /** Of a struct. */
  readonly fields?: readonly ResultField[];
};

type Cell = { readonly v: unknown };

/** A row of a result as BigQuery sends it: values as text, in the order of the schema. */
export type ResultRow = { readonly f: readonly Cell[] };

/** A named parameter with its declared type, so that nothing is guessed from JavaScript's types. */
export function queryParameter(name: string, { type, value }: Parameter): QueryParameter {
  const element = /^array<(\w+)>$/.exec(type)?.[1];
  if (element === undefined) {
    return { name, parameterType: { type: type.toUpperCase() }, parameterValue: { value: textOf(value) } };
  }
  const values = Array.isArray(value) ? value : [];
  return {
    name,
    parameterType: { type: "ARRAY", arrayType: { type: element.toUpperCase() } },
    parameterValue: { arrayValues: values.map((item) => ({ value: textOf(item) })) },
  };
}

function textOf(value: Value): string | null {
  return value === null ? null : String(value);
}

const printedNames: Readonly<Record<string, string>> = {
  INTEGER: "INT64",
  FLOAT: "FLOAT64",
  BOOLEAN: "BOOL",
};

/** The type of a field as the catalog prints it: `ARRAY<STRUCT<name STRING>>`, `NUMERIC(10, 2)`. */
export function printedType(field: ResultField): string {
  const { type, mode, precision, scale, fields = [] } = field;
  if (mode === "REPEATED") return `ARRAY<${printedType({ ...field, mode: "NULLABLE" })}>`;
  if (type === "RECORD" || type === "STRUCT") {
    return `STRUCT<${fields.map((part) => `${part.name} ${printedType(part)}`).join(", ")}>`;
  }
  const name = printedNames[type] ?? type;
  if (precision === undefined) return name;
  return `${name}(${precision}${scale === undefined ? "" : `, ${scale}`})`;
}

/** A result's row as the port promises it: integers as numbers while exact (else text), the rest as text. */
export function readRow(fields: readonly ResultField[], row: ResultRow): Row {
  return Object.fromEntries(
    fields.map((field, index): [string, Value] => [field.name, readCell(field, row.f[index]?.v ?? null)]),
  );
}

function readCell({ type, mode }: ResultField, value: unknown): Value {
  if (mode === "REPEATED") {
    return Array.isArray(value) ? value.map((item: Cell) => readScalar(type, item.v)) : [];
  }
  return readScalar(type, value);
}

function readScalar(type: string, value: unknown): Value {
  if (value === null || value === undefined) return null;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  switch (type) {
    case "INTEGER":
    case "INT64":
      return Number.isSafeInteger(Number(text)) ? Number(text) : text;
    case "FLOAT":
    case "FLOAT64":
      return Number(text);
    case "BOOLEAN":
    case "BOOL":
      return text === "true";
    case "TIMESTAMP":
      return instantOf(text);
    default:
      return text;
  }
}

/** Microseconds as an integer, as asked for; seconds where a server sends those instead. */
function instantOf(text: string): string {
  const number = Number(text);
  if (Number.isNaN(number)) return text;
  return new Date(
    /^-?\d{12,}$/.test(text) ? Math.floor(number / 1000) : Math.round(number * 1000),
  ).toISOString();
}
