import { kindOfType, type Column } from "../../domain/column.ts";
import { tupleText } from "../../domain/tuple-text.ts";
import type { Processor } from "../../runbook/runbook.ts";
import type { CaseValue } from "../../runbook/schema/case-schema.ts";
import type { TextRow } from "../../sql/case-rows.ts";
import { entityParts, type StandingPiece } from "./read-standing.ts";

/** What takes the place of a text in a column. */
export type Rename = (text: string) => string;

/** Leaves every text as it is. */
export function keepText(text: string): string {
  return text;
}

/**
 * A name for each text of the pieces, of its column and a number: the same text has the same name wherever it stands, and
 * names of a column sort as its texts do. Other texts stay.
 */
export function namesOfTexts(pieces: readonly StandingPiece[]): Rename {
  const columnOf = new Map<string, string>();
  for (const [column, text] of pieces.flatMap(textsOf)) {
    if (!columnOf.has(text)) columnOf.set(text, column);
  }
  const texts = [...columnOf].map(([text, column]) => ({ text, column }));
  const names = new Map<string, string>();
  for (const [column, own] of Map.groupBy(texts, (one) => one.column)) {
    const sorted = own.map(({ text }) => text).toSorted((left, right) => (left < right ? -1 : 1));
    const digits = String(sorted.length).length;
    for (const [index, text] of sorted.entries()) {
      names.set(text, `${column.replaceAll("_", "-")}-${String(index + 1).padStart(digits, "0")}`);
    }
  }
  return (text) => names.get(text) ?? text;
}

function textsOf(piece: StandingPiece): readonly (readonly [column: string, text: string])[] {
  if (piece.kind === "failure") return entityParts(piece.of, piece.failure.entity);
  return piece.of.columns.flatMap(({ name, type, values }) => {
    const text = piece.row[name];
    const isNamed =
      kindOfType(type) === "string" && values === undefined && text !== undefined && text !== "";
    return isNamed ? [[name, text] as const] : [];
  });
}

/** An entity with its texts replaced. */
export function renameEntity(processor: Processor, entity: string, rename: Rename): string {
  const [first = "", ...others] = entityParts(processor, entity).map(([, text]) => rename(text));
  return others.length === 0 ? first : tupleText([first, ...others]);
}

/** A row as a case writes it: without what is NULL, its texts replaced. */
export function writtenRow(
  columns: readonly Column[],
  row: TextRow,
  rename: Rename,
): Readonly<Record<string, CaseValue>> {
  return Object.fromEntries(
    columns.flatMap((column): readonly (readonly [string, CaseValue])[] => {
      const text = row[column.name];
      return text === undefined ? [] : [[column.name, writtenValue(column, text, rename)]];
    }),
  );
}

function writtenValue({ type, values }: Column, text: string, rename: Rename): CaseValue {
  const [kind, number] = [kindOfType(type), Number(text)];
  if (kind === "bool") return text === "true";
  if (kind === "string") return values === undefined ? rename(text) : text;
  if (kind === "int64") return Number.isSafeInteger(number) ? number : BigInt(text);
  return kind === "float64" && Number.isFinite(number) ? number : text;
}

/** Whether texts of a column can be told apart from what they are part of, and replaced. */
export function isReplaceable({ type }: Column): boolean {
  const kind = kindOfType(type);
  return kind !== "array<string>" && kind !== "json" && kind !== "bytes" && kind !== "opaque";
}
