import type { Column } from "../../domain/column.ts";
import type { ColumnsText } from "../schema/column-schema.ts";

/**
 * Declared columns in order; a type alone stands for a required column without bounds. What the engine has still to
 * describe is left out.
 */
export function columnsOf(columns: ColumnsText): readonly Column[] {
  return Object.entries(columns).flatMap(([name, column]) => {
    if (typeof column === "string") return [{ name, type: column }];
    return column.type === undefined ? [] : [{ name, ...column } as Column];
  });
}

/** Whether the engine has to describe some of a table's columns: none is declared, or one without its type. */
export function hasOpenColumns(columns: ColumnsText): boolean {
  const declared = Object.values(columns);
  return (
    declared.length === 0 ||
    declared.some((column) => typeof column !== "string" && column.type === undefined)
  );
}
