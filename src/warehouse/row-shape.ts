import { parseCalendarDate, type CalendarDate } from "../domain/calendar-date.ts";
import type { Row, Statement, Value, Warehouse } from "./warehouse.ts";

const mismatch: unique symbol = Symbol("mismatch");

/** A kind of value that a column of an answer may hold; `read` takes no other value for it and forces none. */
type ValueKind<Type> = {
  readonly name: string;
  readonly read: (value: Value) => Type | typeof mismatch;
};

/** Columns `name_0`, `name_1`, …, so many as counted: a list under their name. */
type NumberedKind<Type> = { readonly each: ValueKind<Type>; readonly columns: number };

/** The columns that somebody needs of an answer, each with its kind of value; an answer may have more. */
export type RowShape = Readonly<Record<string, ValueKind<unknown> | NumberedKind<unknown>>>;

/** A row that has been read through a shape. */
export type ShapedRow<Shape extends RowShape> = {
  readonly [Name in keyof Shape]: Shape[Name] extends ValueKind<infer Type>
    ? Type
    : Shape[Name] extends NumberedKind<infer Type>
      ? readonly Type[]
      : never;
};

/** Text, digits included: a number is none. */
const text: ValueKind<string> = {
  name: "a text",
  read: (value) => (typeof value === "string" ? value : mismatch),
};

/** A day of the years 1000 to 9999. */
const date: ValueKind<CalendarDate> = {
  name: "a date",
  read: (value) => (typeof value === "string" ? (parseCalendarDate(value) ?? mismatch) : mismatch),
};

/** What the engine has for a day; undefined when it is NULL or no `CalendarDate`, as infinity and the year 999. */
const anyDate: ValueKind<CalendarDate | undefined> = {
  name: "a date of any year or NULL",
  read: (value) => {
    if (value === null) return undefined;
    if (typeof value !== "string" || !/^-?infinity$|^-?\d+-\d\d-\d\d(?: \(BC\))?$/.test(value))
      return mismatch;
    return parseCalendarDate(value);
  },
};

/** An instant as the port gives it. */
const instant: ValueKind<Date> = {
  name: "an instant",
  read: (value) =>
    typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value) ? new Date(value) : mismatch,
};

/** An integer that a JavaScript number holds exactly. */
const count: ValueKind<number> = {
  name: "an integer of at most 2^53",
  read: (value) => (Number.isSafeInteger(value) ? (value as number) : mismatch),
};

/** Any integer. */
const integer: ValueKind<bigint> = {
  name: "an integer",
  read: (value) => {
    if (typeof value === "number") return Number.isSafeInteger(value) ? BigInt(value) : mismatch;
    return typeof value === "string" && /^-?\d+$/.test(value) ? BigInt(value) : mismatch;
  },
};

/** A number, infinities and NaN included. */
const float: ValueKind<number> = {
  name: "a number",
  read: (value) => (typeof value === "number" ? value : mismatch),
};

const boolean: ValueKind<boolean> = {
  name: "true or false",
  read: (value) => (typeof value === "boolean" ? value : mismatch),
};

/** One text of a closed list. */
function oneOf<const Text extends string>(texts: readonly Text[]): ValueKind<Text> {
  return {
    name: `one of ${texts.join(", ")}`,
    read: (value) => texts.find((known) => known === value) ?? mismatch,
  };
}

/** NULL is undefined. */
function nullable<Type>(kind: ValueKind<Type>): ValueKind<Type | undefined> {
  return { name: `${kind.name} or NULL`, read: (value) => (value === null ? undefined : kind.read(value)) };
}

function listOf<Type>(kind: ValueKind<Type>): ValueKind<readonly Type[]> {
  return { name: `a list of values, each ${kind.name}`, read: (value) => readList(kind, value) };
}

function numbered<Type>(columns: number, each: ValueKind<Type>): NumberedKind<Type> {
  return { each, columns };
}

/** Kinds of values, for shapes: `{ analysis_date: typed.date, error: typed.nullable(typed.text) }`. */
export const typed = {
  text,
  date,
  anyDate,
  instant,
  count,
  integer,
  float,
  boolean,
  oneOf,
  nullable,
  listOf,
  numbered,
};

/** The rows of a query, read through a shape; see `readRows`. Faults: those of the warehouse. */
export async function queryRows<Shape extends RowShape>(
  warehouse: Warehouse,
  statement: Statement,
  shape: Shape,
): Promise<readonly ShapedRow<Shape>[]> {
  return readRows(await warehouse.query(statement), { shape, purpose: statement.purpose });
}

/**
 * Rows of an answer with the columns of a shape. A column that the answer does not have, and a value that is not of its
 * kind, is a bug that names the column, the query's purpose and what was found.
 */
export function readRows<Shape extends RowShape>(
  rows: readonly Row[],
  { shape, purpose }: { readonly shape: Shape; readonly purpose: string },
): readonly ShapedRow<Shape>[] {
  const columns = Object.entries(shape);
  return rows.map((row) => {
    const shaped: Record<string, unknown> = {};
    for (const [name, kind] of columns) {
      shaped[name] =
        "each" in kind ? readNumbered(row, { name, kind, purpose }) : readCell(row, { name, kind, purpose });
    }
    return shaped as ShapedRow<Shape>;
  });
}

type Asked<Kind> = { readonly name: string; readonly kind: Kind; readonly purpose: string };

function readCell(row: Row, { name, kind, purpose }: Asked<ValueKind<unknown>>): unknown {
  const value = row[name];
  if (value === undefined) throw new Error(missingColumn(name, purpose, row));
  const read = kind.read(value);
  if (read === mismatch) throw new Error(wrongValue(name, purpose, { value, kind }));
  return read;
}

function readNumbered(row: Row, { name, kind, purpose }: Asked<NumberedKind<unknown>>): readonly unknown[] {
  const { each, columns } = kind;
  return Array.from({ length: columns }, (_, number) =>
    readCell(row, { name: `${name}_${number}`, kind: each, purpose }),
  );
}

function readList<Type>(kind: ValueKind<Type>, value: Value): readonly Type[] | typeof mismatch {
  if (!Array.isArray(value)) return mismatch;
  const items: Type[] = [];
  for (const item of value as readonly Value[]) {
    const read = kind.read(item);
    if (read === mismatch) return mismatch;
    items.push(read);
  }
  return items;
}

function missingColumn(name: string, purpose: string, row: Row): string {
  return `The answer to "${purpose}" has no column "${name}"; its columns are ${Object.keys(row).join(", ")}`;
}

function wrongValue(
  name: string,
  purpose: string,
  { value, kind }: { readonly value: Value; readonly kind: ValueKind<unknown> },
): string {
  return `The answer to "${purpose}" has ${JSON.stringify(value)} in its column "${name}": expected ${kind.name}`;
}
