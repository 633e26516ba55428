import type { ColumnType } from "../../domain/column.ts";
import type { TableId } from "../../domain/table-id.ts";
import type { Dialect } from "../../sql/dialect.ts";
import type { Parameter } from "../../warehouse/warehouse.ts";

/** Rows to look at, before anything is declared of them. */
export type RowSet = {
  /** The table that they are, or become. */
  readonly table: TableId;
  /** What stands behind `from`. */
  readonly from: string;
  /** Values of what it names; none where it is a table. */
  readonly parameters?: Readonly<Record<string, Parameter>>;
  readonly columns: readonly RowSetColumn[];
};

/** A column of a rowSet, and the type that it can be declared with. */
export type RowSetColumn = {
  readonly written: string;
  readonly name: string;
  readonly printed: string;
  readonly type: ColumnType | undefined;
};

/**
 * Columns as an engine tells them, named as a runbook names columns: in lower case, other characters as `_`. A name that
 * would be another column's is left out.
 */
export function rowSetColumns(
  dialect: Dialect,
  found: readonly { readonly written: string; readonly printed: string }[],
  renames: boolean,
): readonly RowSetColumn[] {
  const known = new Set<string>();
  return found.flatMap(({ written, printed }) => {
    const name = written
      .toLowerCase()
      .replaceAll(/\W/g, "_")
      .replace(/^(?=\d)/, "_");
    const isItself = written.toLowerCase() === name;
    if (known.has(name) || name === "constructor" || name === "__proto__") return [];
    known.add(name);
    const type = renames || isItself ? dialect.describedType(printed) : undefined;
    return [{ written, name, printed, type }];
  });
}
