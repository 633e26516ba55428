import { isColumnName } from "../domain/column.ts";
import type { TableId } from "../domain/table-id.ts";
import { quoteNames, quoteTable, quoteName, storedRows } from "./identifiers.ts";
import { hashedFailure } from "./content-hash.ts";
import type { Dialect, StageNames } from "./dialect.ts";
import type { Processor } from "../runbook/runbook.ts";
import { onDates } from "./on-dates.ts";
import { writingTime } from "./writing-time.ts";

/**
 * What a stage holds per date: rows and failures with their versions
 * (analysis_date, row_count, rows_version, failure_count, failures_version).
 */
export function stageContent(dialect: Dialect, names: StageNames, processor: Processor): string {
  const rows = `select stage_date, count(*) as row_count, ${dialect.contentHash(processor.columns)} as version
  from ${names.outcomes} where failure_category is null group by 1`;
  const failures = `select stage_date, count(*) as row_count, ${dialect.contentHash(hashedFailure("stage_entity"))} as version
  from ${names.outcomes} where failure_category is not null group by 1`;
  return `select
  cast(coalesce(present.stage_date, explained.stage_date) as string) as analysis_date,
  coalesce(present.row_count, 0) as row_count,
  coalesce(present.version, '0:0:0') as rows_version,
  coalesce(explained.row_count, 0) as failure_count,
  coalesce(explained.version, '0:0:0') as failures_version
from (
  ${rows}
) as present
full join (
  ${failures}
) as explained on explained.stage_date = present.stage_date
order by 1`;
}

/**
 * Statements that make the table's partitions of @dates hold exactly the staged rows, also when there are none: all or
 * nothing. They touch their own dates only, so cells of one processor may run side by side.
 */
export function replacePartitions(
  dialect: Dialect,
  names: StageNames,
  processor: Processor,
): readonly string[] {
  const { table, dateColumn } = processor;
  const columns = columnNames(processor);
  const rows = `select ${quoteNames(dialect, columns)}\n${stagedRows(dialect, names)}`;
  const scope = { kind: "given-dates", dateColumn } as const;
  const replacing = dialect.replaceRows({ table, columns, rows, alias: "staged", scope });
  return dialect.provesWrites === "statement"
    ? [...replacing, comparePartitions(dialect, names, processor)]
    : replacing;
}

/**
 * A condition on the commit marker: true when the partitions of @dates hold as many rows as `replacePartitions` gave them,
 * @committed_rows, and an error when they do not. One statement has replaced them, whole or not at all, so their columns
 * need not be read again. Undefined where a statement of `replacePartitions` has seen to it.
 */
export function replacedCondition(
  dialect: Dialect,
  { table, dateColumn }: Pick<Processor, "table" | "dateColumn">,
): string | undefined {
  if (dialect.provesWrites === "statement") return undefined;
  return `(
select case when count(*) = @committed_rows then true else error('write-mismatch') end as verified
from ${storedRows(dialect, table)}
where ${onDates(dialect, quoteName(dialect, dateColumn))}
)`;
}

/** The same of partitions that something else has written: they are compared with the stage, row by row. */
export function writtenCondition(
  dialect: Dialect,
  names: StageNames,
  processor: Processor,
): string | undefined {
  if (dialect.provesWrites === "statement") return undefined;
  return `(\n${comparePartitions(dialect, names, processor)}\n)`;
}

/** A query for the staged failures of @dates as rows of the ledger; those of the categories @retryable can be retried. */
export function stagedFailures(dialect: Dialect, names: StageNames): string {
  return `select
  @processor_name, stage_date, @attempt_id, @run_id, stage_entity, failure_category, failure_reason,
  ${dialect.isIn("failure_category", "retryable")}, ${writingTime(dialect, "@finished_at")}
from ${names.outcomes}
where failure_category is not null and ${dialect.isIn("stage_date", "dates")}`;
}

/** Gives true when the partitions of @dates hold exactly the staged rows, and else an error. */
function comparePartitions(dialect: Dialect, names: StageNames, processor: Processor): string {
  const hash = dialect.contentHash(processor.columns);
  return `select case when written.version = staged.version then true else error('write-mismatch') end as verified
from (
  select ${hash} as version
  from ${storedRows(dialect, processor.table)}
  where ${onDates(dialect, quoteName(dialect, processor.dateColumn))}
) as written
cross join (
  select ${hash} as version
  ${stagedRows(dialect, names)}
) as staged`;
}

function stagedRows(dialect: Dialect, names: StageNames): string {
  return `from ${names.outcomes}
where failure_category is null and ${dialect.isIn("stage_date", "dates")}`;
}

function columnNames(processor: Processor): readonly string[] {
  return processor.columns.map((column) => column.name);
}

/** Statements that make a table hold exactly the rows of another with the same columns, whatever their dates. */
export function replaceSource(
  dialect: Dialect,
  source: {
    readonly table: TableId;
    readonly from: TableId;
    readonly dateColumn: string;
    readonly columns: readonly string[];
  },
): readonly string[] {
  const { table, from, dateColumn, columns } = source;
  const rows = `select ${quoteNames(dialect, columns)} from ${quoteTable(dialect, from)} as loaded_row`;
  return dialect.replaceRows({
    table,
    columns,
    rows,
    alias: "loaded",
    scope: isColumnName(dateColumn) ? { kind: "every-date", dateColumn } : { kind: "table" },
  });
}
