import { Fault } from "../errors.ts";
import type { Row, Statement, Warehouse } from "../warehouse/warehouse.ts";

/** What a check's query gave: its rows, or why it could not be had. The latter is never "nothing found". */
export type Answer =
  | { readonly kind: "answered"; readonly rows: readonly Row[] }
  | { readonly kind: "check-failed"; readonly message: string };

/** Asks one question. A statement that fails is an answer; an interruption and a bug are thrown. */
export async function askWarehouse(warehouse: Warehouse, statement: Statement): Promise<Answer> {
  try {
    return { kind: "answered", rows: await warehouse.query(statement) };
  } catch (cause) {
    if (!(cause instanceof Fault) || cause.exitCode !== 3) throw cause;
    return { kind: "check-failed", message: cause.message };
  }
}
