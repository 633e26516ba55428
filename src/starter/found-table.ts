import type { CalendarDate } from "../domain/calendar-date.ts";
import type { ColumnType } from "../domain/column.ts";
import type { TableId } from "../domain/table-id.ts";

/** A column as a catalog or a file has it, and what its rows hold. */
export type FoundColumn = {
  /** As the engine has it. */
  readonly written: string;
  /** As a runbook names it. */
  readonly name: string;
  /** Its type as the engine prints it. */
  readonly printed: string;
  /** The type that it is declared with; undefined where no type of the format reads it. */
  readonly type: ColumnType | undefined;
  readonly nulls: number;
  /** How many values, about. */
  readonly distinct: number;
  /** Least and greatest value as text; undefined where there is none, or no order. */
  readonly least: string | undefined;
  readonly greatest: string | undefined;
  /** How many values are NaN or infinite. */
  readonly notFinite: number;
};

/** A table, or files that become one. */
export type FoundTable = {
  readonly table: TableId;
  readonly rows: number;
  readonly columns: readonly FoundColumn[];
};

/** A value that nobody has declared, and what it was found by. */
export type Guess<Value> = { readonly value: Value; readonly why: string };

/** Where the date of a row comes from: a column, or an expression over columns; nowhere in a table that is read whole. */
export type DateOrigin =
  | { readonly kind: "column"; readonly name: string }
  | { readonly kind: "none"; readonly name: "" }
  | MadeDate;

/** A date that is made of columns: a column of its own where rows are loaded, the source's own words where they are in place. */
export type MadeDate = {
  readonly kind: "loaded" | "in-place";
  readonly sql: string;
  /** Of the column, here or in what is computed. */
  readonly name: string;
  /** Columns that it is made of and that say nothing more. */
  readonly of: readonly string[];
};

/** The dates of a table: how many rows each has. */
export type FoundDates = readonly { readonly date: CalendarDate; readonly rows: number }[];

/** A table of which a source is made. */
export type StarterSource = FoundTable & {
  readonly date: Guess<DateOrigin>;
  /** Empty where no columns tell its rows apart. */
  readonly key: Guess<readonly string[]>;
  /** Empty where it has no date. */
  readonly dates: FoundDates;
};
