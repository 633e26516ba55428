import type { Dialect } from "../domain/dialect.ts";
import type { TableId } from "../domain/table-id.ts";
import type { Processor } from "../runbook/runbook.ts";
import { isIn } from "./arrays.ts";
import { contentHash } from "./content-hash.ts";
import { quoteName, quoteNames, quoteTable } from "./identifiers.ts";
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

/** Removes the partitions of @dates. */
export function deletePartitions(dialect: Dialect, processor: Processor): string {
  const date = quoteName(dialect, processor.dateColumn);
  return `delete from ${quoteTable(dialect, processor.table)}
where ${date} between @start_date and @end_date and ${isIn(dialect, date, "dates")}`;
}

/** Puts the staged rows of @dates into the table. */
export function insertPartitions(dialect: Dialect, names: StageNames, processor: Processor): string {
  const columns = quoteNames(dialect, columnNames(processor));
  return `insert into ${quoteTable(dialect, processor.table)} (${columns})
select ${columns}
from ${names.outcomes}
where failure_category is null and ${isIn(dialect, "stage_date", "dates")}`;
}

/** Appends the staged failures of @dates to the ledger under @attempt_id. */
export function insertFailures(
  dialect: Dialect,
  names: StageNames,
  ledger: { readonly failures: TableId; readonly retryable: readonly string[] },
): string {
  return `insert into ${quoteTable(dialect, ledger.failures)}
  (processor_name, analysis_date, attempt_id, run_id, entity_id, failure_category, failure_reason, can_retry, created_at)
select
  @processor_name, stage_date, @attempt_id, @run_id, stage_entity, failure_category, failure_reason,
  ${isIn(dialect, "failure_category", "retryable")}, @finished_at
from ${names.outcomes}
where failure_category is not null and ${isIn(dialect, "stage_date", "dates")}`;
}

/** Ends the transaction in an error unless the table's partitions of @dates hold exactly the staged rows. */
export function verifyPartitions(dialect: Dialect, names: StageNames, processor: Processor): string {
  const date = quoteName(dialect, processor.dateColumn);
  const hash = contentHash(dialect, columnNames(processor));
  return `select case when written.version = staged.version then 0 else error('write-mismatch') end as verified
from (
  select ${hash} as version
  from ${quoteTable(dialect, processor.table)}
  where ${date} between @start_date and @end_date and ${isIn(dialect, date, "dates")}
) as written
cross join (
  select ${hash} as version
  from ${names.outcomes}
  where failure_category is null and ${isIn(dialect, "stage_date", "dates")}
) as staged`;
}

function columnNames(processor: Processor): readonly string[] {
  return processor.columns.map((column) => column.name);
}
