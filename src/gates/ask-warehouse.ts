import { Fault } from "../errors.ts";
import { queryRows, type RowShape, type ShapedRow } from "../warehouse/row-shape.ts";
import type { Statement, Warehouse } from "../warehouse/warehouse.ts";

/** What a check's query gave: its rows, or why it could not be had. The latter is never "nothing found". */
export type Answer<Shape extends RowShape> =
  | { readonly kind: "answered"; readonly rows: readonly ShapedRow<Shape>[] }
  | { readonly kind: "check-failed"; readonly message: string };

/** Asks one question. A statement that fails is an answer; an interruption and a bug are thrown. */
export async function askWarehouse<Shape extends RowShape>(
  warehouse: Warehouse,
  statement: Statement,
  shape: Shape,
): Promise<Answer<Shape>> {
  try {
    return { kind: "answered", rows: await queryRows(warehouse, statement, shape) };
  } catch (cause) {
    if (!(cause instanceof Fault) || cause.exitCode !== 3) throw cause;
    return { kind: "check-failed", message: cause.message };
  }
}
