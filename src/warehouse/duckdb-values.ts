import type * as DuckDb from "@duckdb/node-api";
import type { DuckDBType, DuckDBValue } from "@duckdb/node-api";
import { dayNumber, parseCalendarDate, type CalendarDate } from "../domain/calendar-date.ts";
import type { Parameter, Value } from "./warehouse.ts";

type Scalar = { readonly type: DuckDBType; readonly bind: (value: string | number | boolean) => DuckDBValue };

/** Values on their way into DuckDB and out of it. */
export type DuckDbValues = {
  /** A parameter as DuckDB binds it: the value and its type, so that nothing is guessed from JavaScript's types. */
  readonly bind: (parameter: Parameter) => { readonly value: DuckDBValue; readonly type: DuckDBType };
  /** A DuckDB value as the port promises it: integers as numbers while exact (else text), the rest as text. */
  readonly read: (value: DuckDBValue) => Value;
};

/** The values of a client, which is handed over since it may not be installed. */
export function duckDbValues(client: typeof DuckDb): DuckDbValues {
  const { BIGINT, BOOLEAN, DATE, DOUBLE, LIST, TIMESTAMP, VARCHAR } = client;
  const { DuckDBDateValue, DuckDBListValue, DuckDBTimestampValue } = client;
  const scalars: Readonly<Record<string, Scalar>> = {
    string: { type: VARCHAR, bind: String },
    int64: { type: BIGINT, bind: (value) => BigInt(value) },
    float64: { type: DOUBLE, bind: Number },
    bool: { type: BOOLEAN, bind: Boolean },
    date: { type: DATE, bind: (value) => new DuckDBDateValue(dayNumber(dateOf(value))) },
    timestamp: {
      type: TIMESTAMP,
      bind: (value) => new DuckDBTimestampValue(BigInt(Date.parse(String(value))) * 1000n),
    },
  };

  function bindValue(value: Value, scalar: Scalar): DuckDBValue {
    if (value === null) return null;
    if (typeof value === "object") return new DuckDBListValue(value.map((item) => bindValue(item, scalar)));
    return scalar.bind(value);
  }

  function read(value: DuckDBValue): Value {
    if (value === null || typeof value === "string" || typeof value === "boolean") return value;
    if (typeof value === "number") return value;
    if (typeof value === "bigint") {
      return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
    }
    if (value instanceof DuckDBListValue) return value.items.map(read);
    if (value instanceof DuckDBTimestampValue) return new Date(Number(value.micros / 1000n)).toISOString();
    return value.toString();
  }

  return {
    bind(parameter) {
      const element = /^array<(\w+)>$/.exec(parameter.type)?.[1];
      const scalar = scalars[element ?? parameter.type];
      if (scalar === undefined) throw new Error(`No DuckDB type for "${parameter.type}"`);
      const type = element === undefined ? scalar.type : LIST(scalar.type);
      return { value: bindValue(parameter.value, scalar), type };
    },
    read,
  };
}

function dateOf(value: string | number | boolean): CalendarDate {
  const date = parseCalendarDate(String(value));
  if (date === undefined) throw new Error(`"${value}" is bound as a date`);
  return date;
}
