import { kindOfType, type Column, type ColumnType, type TypeKind } from "../domain/column.ts";
import type { Dialect } from "./dialect.ts";
import { quoteName } from "./identifiers.ts";

/** A part of a key: an expression and the type of its values. */
type KeyPart = { readonly value: string; readonly type: ColumnType };

/** Types whose values, as text, hold neither `|` nor `\`. */
const plainTypes: ReadonlySet<TypeKind> = new Set([
  "int64",
  "float64",
  "numeric",
  "bool",
  "date",
  "timestamp",
  "datetime",
  "time",
]);

/**
 * The text of a key: one part as it is, several as `tupleText` joins them, so that two keys of one shape never share it.
 * NULL when a part is NULL, and where there is none.
 */
export function keyText(dialect: Dialect, parts: readonly KeyPart[]): string {
  const texts = parts.map(({ value }) => `cast(${value} as ${dialect.columnType("string")})`);
  if (texts.length === 0) return `cast(null as ${dialect.columnType("string")})`;
  if (texts.length === 1) return texts.join("");
  return texts
    .map((text, index) =>
      plainTypes.has(kindOfType(parts[index]?.type ?? "string")) ? text : escaped(dialect, text),
    )
    .join(" || '|' || ");
}

/** The text of columns of a table, as `keyText` makes it. */
export function namedKey(
  dialect: Dialect,
  { columns }: { readonly columns: readonly Column[] },
  key: readonly string[],
): string {
  const types = new Map(columns.map(({ name, type }) => [name, type]));
  return keyText(
    dialect,
    key.map((name) => ({ value: quoteName(dialect, name), type: types.get(name) ?? "string" })),
  );
}

function escaped(dialect: Dialect, text: string): string {
  const literal = dialect.quoteText;
  return `replace(replace(${text}, ${literal("\\")}, ${literal("\\\\")}), '|', ${literal(String.raw`\|`)})`;
}
