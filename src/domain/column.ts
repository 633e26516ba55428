/** What follows from a finding: `warn`, people are told; `block`, what was found is held back and the verdict is red. */
export const levels = ["warn", "block"] as const;

/** One of `levels`. */
export type Level = (typeof levels)[number];

/** Column types that GoogleSQL and DuckDB (with the prelude) both spell this way. */
export const columnTypes = [
  "string",
  "int64",
  "float64",
  "bool",
  "date",
  "timestamp",
  "array<float64>",
  "array<string>",
  "array<int64>",
] as const;

/** One of `columnTypes`. */
export type ColumnType = (typeof columnTypes)[number];

/** Whether a number is an integer of 64 bits. */
export function isInt64(value: number | bigint): boolean {
  if (typeof value === "number" && !Number.isInteger(value)) return false;
  return BigInt.asIntN(64, BigInt(value)) === BigInt(value);
}

/** For `JSON.stringify`, which takes no bigint: its digits as text. */
export function asDigits(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}

/** A declared column of a source, a processor's table, the calendar or the ledger. */
export type Column = {
  readonly name: string;
  readonly type: ColumnType;
  /** Why NULL is legitimate; absent on a required column. */
  readonly nullable?: string;
  /** Why one value for every row is legitimate; absent where a constant column is a defect. */
  readonly constant?: string;
  /** What follows when its values break a rule; absent: a constant column warns, a broken contract blocks. */
  readonly level?: Level;
  readonly unit?: string;
  /** Hard bounds, both included; a value outside is a violation of the contract. */
  readonly min?: number | bigint;
  readonly max?: number | bigint;
  /** The closed list of a text column's values. */
  readonly values?: readonly string[];
  /** Decimals to which two engines must agree within one unit of the last. */
  readonly decimals?: number;
  readonly description?: string;
};
