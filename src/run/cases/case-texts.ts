import type { Column } from "../../domain/column.ts";
import type { Processor } from "../../runbook/runbook.ts";
import type { CaseValue } from "../../runbook/schema/case-schema.ts";
import { caseRows, type TextRow } from "../../sql/case-rows.ts";
import { typed } from "../../warehouse/row-shape.ts";
import type { Parameter } from "../../warehouse/warehouse.ts";

/** Lists of rows as statements take them. */
export function rowsParameter(
  lists: readonly (readonly [list: string, rows: readonly TextRow[]])[],
): Readonly<Record<string, Parameter>> {
  const value = JSON.stringify(Object.fromEntries(lists));
  return { [caseRows]: { type: "string", value } };
}

/** The shape of rows whose columns are read as texts. */
export function textShape(columns: readonly Pick<Column, "name">[]) {
  return Object.fromEntries(columns.map(({ name }) => [name, typed.nullable(typed.text)] as const));
}

/** A row of a case as the engine reads it from texts. */
export function textRow(row: Readonly<Record<string, CaseValue>>): TextRow {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, caseText(value)]));
}

function caseText(value: CaseValue): string | undefined {
  if (value === null) return undefined;
  if (typeof value === "string") return value;
  return Array.isArray(value)
    ? JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? String(part) : part))
    : String(value);
}

/** The key of a row, as people are told it. */
export function keyOf({ key }: Pick<Processor, "key">, row: TextRow): string {
  return key.map((column) => shownText(row[column])).join(", ");
}

/** A value as people are told it. */
export function shownText(value: string | undefined): string {
  return value ?? "NULL";
}
