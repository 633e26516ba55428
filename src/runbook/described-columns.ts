import type { ColumnType } from "../domain/column.ts";
import type { TableId } from "../domain/table-id.ts";

/** A column as the engine describes it. */
export type DescribedColumn = { readonly name: string; readonly type: ColumnType };

/** What the engine says of tables and results whose columns a runbook leaves to it: by a source's table, a processor's id. */
export type DescribedColumns = ReadonlyMap<string, readonly DescribedColumn[]>;

/** Why a column that nobody declares may be NULL: nothing is demanded of it. */
export const undeclared = "it is not declared";

/** What a step gives beside its columns: why a row is absent. */
export const failureColumnNames: ReadonlySet<string> = new Set(["failure_category", "failure_reason"]);

/** A runbook whose columns are not all known yet. */
export type Draft = {
  /** Its files, to be read again with what the engine says. */
  readonly text: {
    readonly folder: string;
    readonly name: string;
    readonly files: ReadonlyMap<string, string>;
  };
  /** Whose columns are left to the engine: sources by table, processors by id. */
  readonly open: readonly string[];
  /** Where the calendar begins or ends with what the sources have: whether its end is the last date of theirs, or yesterday. */
  readonly openDates?: "to-last" | "to-yesterday" | undefined;
};

/** The columns that were described of a table, and a digest of what they were described from. */
export type ColumnRecord = {
  readonly table: TableId;
  readonly basis: string;
  readonly columns: readonly DescribedColumn[];
};
