import { elementTypeOf, namedTypes, type ColumnType } from "../../src/domain/column.ts";
import type { Dialect, HashedColumn } from "../../src/sql/dialect.ts";

/** A value as text, which stands for its literal: NULL, one value, or the elements of an array. */
export type OddValue = string | null | readonly (string | null)[];

const strings = [
  "",
  "null",
  "NULL",
  "NaN",
  "a",
  "ab",
  "\u00e9",
  "e\u0301",
  '"',
  "\\",
  "[]",
  "a,b",
  "0",
  "\n",
];
const integers = ["0", "1", "-1", "9007199254740992", "9007199254740993", "9223372036854775807"];
const floats = [
  "0",
  "-0",
  "nan",
  "inf",
  "-inf",
  "1",
  "5e-324",
  "1e-323",
  "0.3",
  "0.30000000000000004",
  "1e16",
];

/** The types that the first version of each hash had: what they give stays as long as its tag. */
export const firstTypes = [
  "string",
  "int64",
  "float64",
  "bool",
  "date",
  "timestamp",
  "array<float64>",
  "array<string>",
  "array<int64>",
] as const satisfies readonly ColumnType[];

/** All named types, and decimals of few and of many digits. */
export const hashedTypes = [
  ...namedTypes,
  "numeric(12, 2)",
  "numeric(38, 9)",
] as const satisfies readonly ColumnType[];

/** One of `hashedTypes`. */
export type HashedType = (typeof hashedTypes)[number];

/** Values that are taken for each other where a hash or a text is careless; no two of a type are the same. */
export const oddValues: Readonly<Record<HashedType, readonly OddValue[]>> = {
  string: [null, ...strings],
  int64: [null, ...integers],
  float64: [null, ...floats],
  bool: [null, "true", "false"],
  date: [null, "2024-01-01", "2024-01-02", "1000-01-01"],
  timestamp: [null, "2024-01-01 00:00:00", "2024-01-01 00:00:00.000001", "2024-01-01 00:00:00.1"],
  datetime: [null, "2024-01-01 00:00:00", "2024-01-01 00:00:00.000001", "2024-01-01 00:00:00.1"],
  time: [null, "00:00:00", "00:00:00.000001", "23:59:59", "12:00:00"],
  json: [null, "null", "{}", "[]", '""', "0", "[null]", '{"a": 1}', '{"a": "1"}'],
  bytes: [null, "", "a", "ab", "0"],
  "numeric(12, 2)": [null, "0", "0.01", "-0.01", "1", "9999999999.99", "9999999999.98"],
  "numeric(38, 9)": [
    null,
    "0",
    "0.000000001",
    "9007199254740993",
    "9007199254740992",
    "12345678901234567890123456789.123456789",
    "12345678901234567890123456789.123456788",
  ],
  "array<string>": [...arraysOf(strings), ["a", "b"], ["ab", ""], ["a", ""], ["", "a"]],
  "array<int64>": [...arraysOf(integers), ["0", "1"], ["1", "0"]],
  "array<float64>": [...arraysOf(floats), ["0", "-0"], ["-0", "0"], ["-0", "-0"]],
};

/** A query of one row: the values of the columns as typed literals. */
export function oddRow(
  dialect: Dialect,
  columns: readonly HashedColumn[],
  values: readonly OddValue[],
): string {
  const fields = columns.map(({ name, type }, index) => {
    return `${literalOf(dialect, type, values[index] ?? null)} as ${name}`;
  });
  return `select ${fields.join(", ")}`;
}

/** One version for each group of rows, in the order of the groups: (place, version). */
export function versionsQuery(
  dialect: Dialect,
  columns: readonly HashedColumn[],
  groups: readonly (readonly (readonly OddValue[])[])[],
): string {
  const rows = groups.flatMap((group, place) =>
    group.map((values) => `${oddRow(dialect, columns, values)}, ${place} as place`),
  );
  return `select place, ${dialect.contentHash(columns)} as version
from (
${rows.join("\nunion all\n")}
) as odd_row
group by 1
order by 1`;
}

function arraysOf(elements: readonly string[]): readonly OddValue[] {
  return [null, [], [null], [null, null], ...elements.map((element) => [element])];
}

function literalOf(dialect: Dialect, type: ColumnType, value: OddValue): string {
  if (value === null) return `cast(null as ${dialect.columnType(type)})`;
  if (type === "json" && typeof value === "string")
    return dialect.quote === "`"
      ? `parse_json(${dialect.quoteText(value)})`
      : `cast(${dialect.quoteText(value)} as json)`;
  if (typeof value === "string") return `cast(${dialect.quoteText(value)} as ${dialect.columnType(type)})`;
  const element = elementTypeOf(type) ?? type;
  const elements = value.map((item) => literalOf(dialect, element, item));
  return `cast([${elements.join(", ")}] as ${dialect.columnType(type)})`;
}
