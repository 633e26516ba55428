import { Fault } from "../errors.ts";
import type { Row, Value, Warehouse } from "./warehouse.ts";

/** What a query gave whose columns nobody knew before: their names in order, and each row as text cells and as it is. */
export type TypedRows = {
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
  /** A row as a table shows it; NULL is `NULL`. */
  readonly cells: readonly (readonly string[])[];
  /** Columns that hold nothing but numbers. */
  readonly numbers: ReadonlySet<string>;
};

const purpose = "answer the query";

/** Asks one query that a person typed, and refuses all else. Faults: usage, statement-failed. */
export async function answerQuery(warehouse: Warehouse, sql: string): Promise<TypedRows> {
  const [parsed] = await warehouse.parse([{ text: sql, parameters: {} }]);
  if (parsed?.kind === "refused") {
    throw new Fault("usage", `Cannot ${purpose}: ${parsed.message}`, {
      hint: "Type one `select`; tables are changed by `cascade run`",
    });
  }
  const rows = await warehouse.query({ sql, purpose });
  const [first] = rows;
  const columns =
    first === undefined
      ? (await warehouse.describe({ sql, purpose })).map(({ name }) => name)
      : Object.keys(first);
  return {
    columns,
    rows,
    cells: rows.map((row) => columns.map((name) => cellOf(row[name]))),
    numbers: new Set(columns.filter((name) => rows.every((row) => isNumber(row[name])))),
  };
}

function isNumber(value: Value | undefined): boolean {
  return typeof value === "number" || value === null;
}

function cellOf(value: Value | undefined): string {
  if (value === null || value === undefined) return "NULL";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
