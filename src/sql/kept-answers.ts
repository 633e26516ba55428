import type { TableId } from "../domain/table-id.ts";
import type { Dialect, HashedColumn } from "./dialect.ts";
import { dateOf, quoteTable, storedRows } from "./identifiers.ts";

const answerColumns = [
  { name: "question", type: "string" },
  { name: "basis", type: "string" },
  { name: "answer", type: "string" },
  { name: "digest", type: "string" },
] as const;

const names = answerColumns.map(({ name }) => name).join(", ");

/** All that is kept, the newest answer to a question last: (question, basis, answer, digest). */
export function keptAnswers(dialect: Dialect, store: TableId): string {
  return `select ${names}
from ${quoteTable(dialect, store)}
order by answered_at, question, basis`;
}

/** Deletes the answers to @questions, and those from before @oldest. */
export function forgetAnswers(dialect: Dialect, store: TableId): string {
  return `delete from ${quoteTable(dialect, store)}
where ${dialect.isIn("question", "questions")} or answered_at < @oldest`;
}

/** Appends answers as of @answered_at, an element of each array parameter a row. */
export function appendAnswers(dialect: Dialect, store: TableId): string {
  return `insert into ${quoteTable(dialect, store)} (${names}, answered_at)
select ${names}, @answered_at
from (${dialect.rowsOfArrays(answerColumns)}) as answered`;
}

/** How many rows of each dated table lie outside [@start_date, @end_date], or have no date: (table_name, outside). */
export function rowsOutside(
  dialect: Dialect,
  tables: readonly { readonly table: TableId; readonly dateColumn: string }[],
): string {
  return tables
    .map(({ table, dateColumn }) => {
      return `select '${table}' as table_name, count(*) as outside
from ${quoteTable(dialect, table)}
where ${isOutside(dialect, dateColumn)}`;
    })
    .join("\nunion all\n");
}

/** What those rows of one table are, as one version: (version). */
export function contentOutside(
  dialect: Dialect,
  {
    table,
    dateColumn,
    columns,
  }: {
    readonly table: TableId;
    readonly dateColumn: string;
    readonly columns: readonly HashedColumn[];
  },
): string {
  return `select ${dialect.contentHash(columns)} as version
from ${storedRows(dialect, table)}
where ${isOutside(dialect, dateColumn)}`;
}

function isOutside(dialect: Dialect, dateColumn: string): string {
  const date = dateOf(dialect, dateColumn);
  return `${date} is null or ${date} < @start_date or ${date} > @end_date`;
}
