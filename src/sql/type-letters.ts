import { kindOfType, type ColumnType, type TypeKind } from "../domain/column.ts";

const letters: Record<TypeKind, string> = {
  string: "s",
  int64: "i",
  float64: "f",
  numeric: "n",
  bool: "b",
  date: "d",
  timestamp: "t",
  datetime: "D",
  time: "T",
  json: "j",
  bytes: "y",
  opaque: "o",
  "array<float64>": "F",
  "array<string>": "S",
  "array<int64>": "I",
};

/** The types of columns, a letter each: what tells a date from the same text in a content version. */
export function typeLetters(columns: readonly { readonly type: ColumnType }[]): string {
  return columns.map(({ type }) => letters[kindOfType(type)]).join("");
}
