import {
  BIGINT,
  BOOLEAN,
  DATE,
  DOUBLE,
  DuckDBDateValue,
  DuckDBListValue,
  DuckDBTimestampValue,
  LIST,
  TIMESTAMP,
  VARCHAR,
  type DuckDBType,
  type DuckDBValue,
} from "@duckdb/node-api";
import { dayNumber, type CalendarDate } from "../domain/calendar-date.ts";
import type { Parameter, Value } from "./warehouse.ts";

type Scalar = { readonly type: DuckDBType; readonly bind: (value: string | number | boolean) => DuckDBValue };

const scalars: Readonly<Record<string, Scalar>> = {
  string: { type: VARCHAR, bind: String },
  int64: { type: BIGINT, bind: (value) => BigInt(value) },
  float64: { type: DOUBLE, bind: Number },
  bool: { type: BOOLEAN, bind: Boolean },
  date: { type: DATE, bind: (value) => new DuckDBDateValue(dayNumber(String(value) as CalendarDate)) },
  timestamp: {
    type: TIMESTAMP,
    bind: (value) => new DuckDBTimestampValue(BigInt(Date.parse(String(value))) * 1000n),
  },
};

/** A parameter as DuckDB binds it: the value and its type, so that nothing is guessed from JavaScript's types. */
export function bindParameter(parameter: Parameter): { value: DuckDBValue; type: DuckDBType } {
  const element = /^array<(\w+)>$/.exec(parameter.type)?.[1];
  const scalar = scalars[element ?? parameter.type];
  if (scalar === undefined) throw new Error(`No DuckDB type for "${parameter.type}"`);
  const type = element === undefined ? scalar.type : LIST(scalar.type);
  return { value: bindValue(parameter.value, scalar), type };
}

function bindValue(value: Value, scalar: Scalar): DuckDBValue {
  if (value === null) return null;
  if (typeof value === "object") return new DuckDBListValue(value.map((item) => bindValue(item, scalar)));
  return scalar.bind(value);
}

/** A DuckDB value as the port promises it: integers as numbers while exact (else text), the rest as text. */
export function readValue(value: DuckDBValue): Value {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return value;
  if (typeof value === "bigint") {
    return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  }
  if (value instanceof DuckDBListValue) return value.items.map(readValue);
  if (value instanceof DuckDBTimestampValue) {
    return new Date(Number(value.micros / 1000n)).toISOString();
  }
  return value.toString();
}
