import type { TableId } from "../domain/table-id.ts";
import type { Processor } from "../runbook/runbook.ts";
import type { Dialect } from "./dialect.ts";
import { quoteName, quoteTable, storedRows } from "./identifiers.ts";
import { onDates } from "./on-dates.ts";
import { writingTime } from "./writing-time.ts";

/**
 * Copies what stands on @dates to the store, under the attempt that is about to replace it: each value as its text, in the
 * order of the columns. Only where the dialect keeps copies.
 */
export function keepRows(dialect: Dialect, store: TableId, processor: Processor): string {
  const date = quoteName(dialect, processor.dateColumn);
  const values = processor.columns.map(
    ({ name }) => `cast(${quoteName(dialect, name)} as ${dialect.columnType("string")})`,
  );
  return `insert into ${quoteTable(dialect, store)}
  (processor_name, analysis_date, run_id, attempt_id, columns, row_values, kept_at)
select
  @processor_name, ${date}, @run_id, @attempt_id, ${columnsText(dialect, processor)}, [${values.join(", ")}],
  ${writingTime(dialect, "@finished_at")}
from ${storedRows(dialect, processor.table)}
where ${onDates(dialect, date)}`;
}

/** The rows that were kept on @dates under @kept_attempts, and by which: a copy of other columns is none. */
function keptRows(dialect: Dialect, store: TableId, processor: Processor): string {
  const values = processor.columns.map(
    ({ name, type }, index) =>
      `cast(row_values[${index + 1}] as ${dialect.columnType(type)}) as ${quoteName(dialect, name)}`,
  );
  return `select attempt_id as cascade_kept_by, ${values.join(", ")}
from ${quoteTable(dialect, store)}
where processor_name = @processor_name and columns = ${columnsText(dialect, processor)}
  and ${dialect.isIn("attempt_id", "kept_attempts")} and ${onDates(dialect, "analysis_date")}`;
}

/** What the copies hold that were kept on @dates under @kept_attempts: (kept_date, kept_by, version). */
export function keptContent(dialect: Dialect, store: TableId, processor: Processor): string {
  return `select
  cast(${quoteName(dialect, processor.dateColumn)} as ${dialect.columnType("string")}) as kept_date, cascade_kept_by as kept_by,
  ${dialect.contentHash(processor.columns)} as version
from (
${keptRows(dialect, store, processor)}
) as kept
group by 1, 2`;
}

/**
 * Puts the copies of @restored_date under @kept_attempts in the place of what stands on @dates, and fails where the rows of
 * a date are not those of its @restored_version.
 */
export function restoreRows(dialect: Dialect, store: TableId, processor: Processor): readonly string[] {
  const { table, dateColumn } = processor;
  const columns = processor.columns.map(({ name }) => name);
  const names = columns.map((name) => quoteName(dialect, name)).join(", ");
  const rows = `select ${names}\nfrom (\n${keptRows(dialect, store, processor)}\n) as kept`;
  const date = quoteName(dialect, dateColumn);
  const expected = dialect.rowsOfArrays([
    { name: "restored_date", type: "date" },
    { name: "restored_version", type: "string" },
  ]);
  return [
    ...dialect.replaceRows({
      table,
      columns,
      rows,
      alias: "kept",
      scope: { kind: "given-dates", dateColumn },
    }),
    `select case when count(*) = 0 then true else error('write-mismatch') end as verified
from (${expected}) as expected
left join (
  select ${date} as written_date, ${dialect.contentHash(processor.columns)} as version
  from ${storedRows(dialect, table)}
  where ${onDates(dialect, date)}
  group by 1
) as written on written.written_date = expected.restored_date
where coalesce(written.version, '') <> expected.restored_version`,
  ];
}

/** Removes the copies of all but the newest @runs runs of each processor. */
export function trimKept(dialect: Dialect, store: TableId): string {
  const table = quoteTable(dialect, store);
  return `delete from ${table}
where (processor_name, run_id) not in (
  select (processor_name, run_id)
  from ${table}
  group by processor_name, run_id
  qualify row_number() over (partition by processor_name order by max(kept_at) desc, run_id desc) <= @runs
)`;
}

/** A text that is another one whenever the columns are. */
function columnsText(dialect: Dialect, { columns }: Processor): string {
  return dialect.quoteText(columns.map(({ name, type }) => `${name}:${type}`).join(","));
}
