import type { Column } from "../domain/column.ts";
import type { TableId } from "../domain/table-id.ts";
import type { Processor } from "../runbook/runbook.ts";
import type { Dialect, StageNames } from "./dialect.ts";
import { quoteName, quoteTable } from "./identifiers.ts";

/** Rows as texts by column; a column without text is NULL. */
export type TextRow = Readonly<Record<string, string | undefined>>;

type Columns = readonly Pick<Column, "name" | "type">[];

/** A query of some rows, each value cast to its column's type, and the arrays of texts that it takes as parameters. */
type TypedRows = {
  readonly sql: string;
  readonly texts: Readonly<Record<string, readonly (string | null)[]>>;
};

/** The statement that puts rows into a table. */
export function insertRows(
  dialect: Dialect,
  { table, columns }: { readonly table: TableId; readonly columns: Columns },
  rows: readonly TextRow[],
): TypedRows {
  const names = columns.map(({ name }) => quoteName(dialect, name)).join(", ");
  const { sql, texts } = typedRows(dialect, columns, rows);
  return { sql: `insert into ${quoteTable(dialect, table)} (${names})\n${sql}`, texts };
}

/** Rows as a table of the columns would give them back, as texts, in their order. */
export function normalisedRows(dialect: Dialect, columns: Columns, rows: readonly TextRow[]): TypedRows {
  const { sql, texts } = typedRows(
    dialect,
    [...columns, { name: position, type: "int64" }],
    rows.map((row, index) => ({ ...row, [position]: String(index) })),
  );
  return {
    sql: `select ${textColumns(dialect, columns)}\nfrom (\n${sql}\n) as given\norder by ${position}`,
    texts,
  };
}

/** The place of a row; declared columns have other names. */
const position = "cascade_case_position";

/** What a stage holds, as texts: (stage_date, stage_entity, failure_category, failure_reason) and the columns. */
export function stagedTexts(
  dialect: Dialect,
  names: StageNames,
  { columns }: Pick<Processor, "columns">,
): string {
  const text = dialect.columnType("string");
  return `select cast(stage_date as ${text}) as stage_date, stage_entity, failure_category, failure_reason,
  ${textColumns(dialect, columns)}
from ${names.outcomes}
order by 1, 2`;
}

/** Values as the engine writes them as text. */
export function textColumns(dialect: Dialect, columns: Columns): string {
  return columns
    .map(({ name }) => {
      const quoted = quoteName(dialect, name);
      return `cast(${quoted} as ${dialect.columnType("string")}) as ${quoted}`;
    })
    .join(", ");
}

function typedRows(dialect: Dialect, columns: Columns, rows: readonly TextRow[]): TypedRows {
  const arrays = columns.map((_, index) => ({ name: `case_${index}`, type: "string" as const }));
  const values = columns.map(
    ({ name, type }, index) =>
      `cast(case_${index} as ${dialect.columnType(type)}) as ${quoteName(dialect, name)}`,
  );
  return {
    sql: `select ${values.join(", ")}\nfrom (${dialect.rowsOfArrays(arrays)}) as written`,
    texts: Object.fromEntries(
      columns.map(({ name }, index) => [`case_${index}`, rows.map((row) => row[name] ?? null)]),
    ),
  };
}
