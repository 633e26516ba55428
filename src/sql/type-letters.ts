import type { ColumnType } from "../domain/column.ts";

const letters: Record<ColumnType, string> = {
  string: "s",
  int64: "i",
  float64: "f",
  bool: "b",
  date: "d",
  timestamp: "t",
  "array<float64>": "F",
  "array<string>": "S",
  "array<int64>": "I",
};

/** The types of columns, a letter each: what tells a date from the same text in a content version. */
export function typeLetters(columns: readonly { readonly type: ColumnType }[]): string {
  return columns.map(({ type }) => letters[type]).join("");
}
