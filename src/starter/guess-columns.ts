import { countOf, formatCount } from "../domain/format.ts";
import { kindOfType, type ColumnType } from "../domain/column.ts";
import type { FoundColumn, Guess, StarterSource } from "./found-table.ts";
import { guessed, inline, type Noted, type YamlMapping } from "./written-value.ts";

/** Columns as a source declares them: what each holds now, as a rule that can be changed. */
export function declaredColumns(source: StarterSource): YamlMapping {
  const { date, columns } = source;
  const made = date.value.kind === "loaded" ? [[date.value.name, "date"] as const] : [];
  const declared = columns.flatMap((column): readonly (readonly [string, YamlMapping | Noted | string])[] =>
    column.type === undefined || column.notFinite > 0 ? [] : [[column.name, declare(source, column)]],
  );
  return Object.fromEntries([...made, ...declared]);
}

/** Columns that are left out, each with the reason. */
export function leftOut({ columns }: Pick<StarterSource, "columns">): readonly string[] {
  return columns.flatMap(({ written, type, notFinite }) => {
    if (type === undefined) return [`${written}: its name is none of the format`];
    return notFinite > 0 ? [`${written}: ${countOf(notFinite, "value")} NaN or infinite`] : [];
  });
}

function declare(source: StarterSource, column: FoundColumn): Noted | string {
  const { name, type } = column;
  if (type === undefined || name === source.date.value.name) return type ?? "date";
  const found = [nullRule(source, column), oneValueRule(source, column) ?? signRule(column)].filter(
    (rule) => rule !== undefined,
  );
  if (found.length === 0) return type;
  const rules = found.map(({ value }) => value);
  return guessed(
    inline(Object.assign({ type }, ...rules) as YamlMapping),
    found.map(({ why }) => why).join(", "),
  );
}

type Rule = Guess<YamlMapping>;

function nullRule({ rows }: StarterSource, { nulls }: FoundColumn): Rule | undefined {
  if (nulls === 0) return undefined;
  return {
    value: { nullable: nulls === rows ? "no row has it" : "some rows have none" },
    why: `NULL in ${formatCount(nulls)} of ${countOf(rows, "row")}`,
  };
}

/** A column that is NULL anywhere varies, so it needs no reason. */
function oneValueRule(
  { rows, key }: StarterSource,
  { name, nulls, least, greatest }: FoundColumn,
): Rule | undefined {
  const isOne = rows > 1 && nulls === 0 && least !== undefined && least === greatest;
  if (!isOne || key.value.includes(name)) return undefined;
  return { value: { constant: "every row has the same" }, why: `${short(least)} in every row` };
}

function signRule({ type = "string", least, greatest }: FoundColumn): Rule | undefined {
  if (!isNumeric(type) || least === undefined || Number(least) < 0) return undefined;
  return { value: { min: 0 }, why: `from ${least} to ${greatest}` };
}

function isNumeric(type: ColumnType): boolean {
  return ["int64", "float64", "numeric"].includes(kindOfType(type));
}

/** A value in a comment: on one line, and not all of it. */
function short(text: string): string {
  const line = text.replaceAll(/\s+/g, " ");
  return line.length > 40 ? `${line.slice(0, 39)}…` : line;
}
