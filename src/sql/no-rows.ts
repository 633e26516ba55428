import type { Column } from "../domain/column.ts";
import type { Dialect } from "./dialect.ts";
import { quoteName } from "./identifiers.ts";

/** A query of no rows with typed columns: what stands in the place of a table that does not exist yet. */
export function noRowsOf(dialect: Dialect, columns: readonly Pick<Column, "name" | "type">[]): string {
  return noRows(
    columns.map(
      ({ name, type }) => `cast(null as ${dialect.columnType(type)}) as ${quoteName(dialect, name)}`,
    ),
  );
}

/** A query of no rows with the columns of a select list. */
export function noRows(columns: readonly string[]): string {
  return `select ${columns.join(", ")} from (select 1 as one) as nothing where one = 0`;
}
