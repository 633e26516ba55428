import type { Column } from "../../domain/column.ts";
import type { ColumnsText } from "../schema/column-schema.ts";

/** Declared columns in order; a type alone stands for a required column without bounds. */
export function columnsOf(columns: ColumnsText): readonly Column[] {
  return Object.entries(columns).map(([name, column]) =>
    typeof column === "string" ? { name, type: column } : ({ name, ...column } as Column),
  );
}
