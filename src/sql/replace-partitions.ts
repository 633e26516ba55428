import type { Dialect } from "../domain/dialect.ts";
import type { Processor } from "../runbook/runbook.ts";
import { isIn } from "./arrays.ts";
import { contentHash } from "./content-hash.ts";
import { quoteName, quoteNames, quoteTable, storedRows } from "./identifiers.ts";
import type { StageNames } from "./stage.ts";

/**
 * What a stage holds per date: rows and failures with their versions
 * (analysis_date, row_count, rows_version, failure_count, failures_version).
 */
export function stageContent(dialect: Dialect, names: StageNames, processor: Processor): string {
  const rows = `select stage_date, count(*) as row_count, ${contentHash(dialect, columnNames(processor))} as version
  from ${names.outcomes} where failure_category is null group by 1`;
  const failures = `select stage_date, count(*) as row_count, ${contentHash(dialect, ["stage_entity", "failure_category"])} as version
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
 * Statements that make the table's partitions of @dates hold exactly the staged rows, also when there are none. DuckDB
 * runs them in one transaction. BigQuery has one statement, atomic by itself and pruned to the partitions: cells of one
 * processor may run side by side, since each touches its own dates.
 */
export function replacePartitions(
  dialect: Dialect,
  names: StageNames,
  processor: Processor,
): readonly string[] {
  if (dialect === "googlesql") return [mergePartitions(names, processor)];
  return [
    deletePartitions(processor),
    insertPartitions(names, processor),
    verifyPartitions(names, processor),
  ];
}

/**
 * A condition on the commit marker: true when the partitions of @dates hold exactly the staged rows, and an error when
 * they do not. Undefined where a statement of `replacePartitions` has seen to it.
 */
export function writtenCondition(
  dialect: Dialect,
  names: StageNames,
  processor: Processor,
): string | undefined {
  if (dialect === "duckdb") return undefined;
  return `(\n${comparePartitions(dialect, names, processor)}\n)`;
}

/** A query for the staged failures of @dates as rows of the ledger; those of the categories @retryable can be retried. */
export function stagedFailures(dialect: Dialect, names: StageNames): string {
  return `select
  @processor_name, stage_date, @attempt_id, @run_id, stage_entity, failure_category, failure_reason,
  ${isIn(dialect, "failure_category", "retryable")}, @finished_at
from ${names.outcomes}
where failure_category is not null and ${isIn(dialect, "stage_date", "dates")}`;
}

function deletePartitions(processor: Processor): string {
  return `delete from ${quoteTable("duckdb", processor.table)}
where ${onDates("duckdb", quoteName("duckdb", processor.dateColumn))}`;
}

function insertPartitions(names: StageNames, processor: Processor): string {
  const columns = quoteNames("duckdb", columnNames(processor));
  return `insert into ${quoteTable("duckdb", processor.table)} (${columns})
select ${columns}
${stagedRows("duckdb", names)}`;
}

/** Ends the transaction in an error unless the partitions of @dates hold exactly the staged rows. */
function verifyPartitions(names: StageNames, processor: Processor): string {
  return comparePartitions("duckdb", names, processor);
}

/**
 * The insert-overwrite of BigQuery: nothing matches, so what stands on @dates goes and what is staged comes. The bounds
 * are constants of the job, which is what prunes partitions.
 */
function mergePartitions(names: StageNames, processor: Processor): string {
  const columns = quoteNames("googlesql", columnNames(processor));
  const date = `target.${quoteName("googlesql", processor.dateColumn)}`;
  return `merge ${quoteTable("googlesql", processor.table)} as target
using (
select ${columns}
${stagedRows("googlesql", names)}
) as staged
on false
when not matched by source and ${onDates("googlesql", date)} then delete
when not matched by target then insert (${columns}) values (${columns})`;
}

function comparePartitions(dialect: Dialect, names: StageNames, processor: Processor): string {
  const hash = contentHash(dialect, columnNames(processor));
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
where failure_category is null and ${isIn(dialect, "stage_date", "dates")}`;
}

function onDates(dialect: Dialect, date: string): string {
  return `${date} between @start_date and @end_date and ${isIn(dialect, date, "dates")}`;
}

function columnNames(processor: Processor): readonly string[] {
  return processor.columns.map((column) => column.name);
}
