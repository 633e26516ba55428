/** What follows from a finding: `warn`, people are told; `block`, what was found is held back and the verdict is red. */
export const levels = ["warn", "block"] as const;

/** One of `levels`. */
export type Level = (typeof levels)[number];

import { isDecimal, type DecimalType } from "./decimal.ts";

/** Column types that need no more than their name. */
export const namedTypes = [
  "string",
  "int64",
  "float64",
  "bool",
  "date",
  "timestamp",
  "datetime",
  "time",
  "json",
  "bytes",
  "array<float64>",
  "array<string>",
  "array<int64>",
] as const;

/** One of `namedTypes`. */
export type NamedType = (typeof namedTypes)[number];

/** Any other type of an engine, by the text in which its catalog prints it: stored, hashed and compared, never judged. */
export type OpaqueType = `opaque(${string})`;

/** What a column may hold: a named type, decimals of so many digits, or what the engine alone knows. */
export type ColumnType = NamedType | DecimalType | OpaqueType;

/** What is decided by the kind of a type, whatever its digits. */
export type TypeKind = NamedType | "numeric" | "opaque";

/** The kind of a type. */
export function kindOfType(type: ColumnType): TypeKind {
  if (isDecimal(type)) return "numeric";
  return isOpaque(type) ? "opaque" : type;
}

/** Whether only the engine knows a type. */
export function isOpaque(type: ColumnType): type is OpaqueType {
  return type.startsWith("opaque(");
}

/** The engine's own text of an opaque type. */
export function engineTypeOf(type: OpaqueType): string {
  return type.slice("opaque(".length, -1);
}

/** The type of the elements of an array; undefined for other types. */
export function elementTypeOf(type: string): "float64" | "string" | "int64" | undefined {
  const element = /^array<(\w+)>$/.exec(type)?.[1];
  return element === "float64" || element === "string" || element === "int64" ? element : undefined;
}

/** Types whose values no engine orders, or not both alike. */
const unordered: ReadonlySet<TypeKind> = new Set([
  "json",
  "opaque",
  "array<float64>",
  "array<string>",
  "array<int64>",
]);

/** Whether values of a type have an order, so that they can be sorted, counted apart and judged. */
export function hasOrder(type: ColumnType): boolean {
  return !unordered.has(kindOfType(type));
}

/** What stands in place of the date of a table without one. */
export const undated = "";

/** Whether a text is the name of a column, and no expression over columns. */
export function isColumnName(text: string): boolean {
  return /^[a-z_][a-z0-9_]*$/.test(text);
}

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
