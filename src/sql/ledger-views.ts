import type { Dialect } from "./dialect.ts";
import { quoteName } from "./identifiers.ts";

const attemptColumns = [
  "processor_name",
  "analysis_date",
  "attempt_id",
  "status",
  "row_count",
  "failure_count",
  "input_fingerprint",
  "version",
  "error",
  "finding",
] as const;

/** A query for the newest ledger row per (processor_name, analysis_date) of a dataset's `cascade_partitions`, `where` given. */
export function newestAttempts(dialect: Dialect, dataset: string, where = "true"): string {
  return `select ${attemptColumns.join(", ")}
from ${quoteName(dialect, dataset)}.cascade_partitions
where ${where}
qualify row_number() over (
  partition by processor_name, analysis_date
  order by finished_at desc, attempt_id desc
) = 1`;
}

/**
 * The view of the failures that hold now: those of the newest attempt of each (processor, date) when it was committed
 * or blocked. Grain: (processor_name, analysis_date, entity_id).
 */
export function createFailuresView(dialect: Dialect, dataset: string): string {
  const ledger = quoteName(dialect, dataset);
  return `create or replace view ${ledger}.precompute_failures as
with newest_attempt as (
${newestAttempts(dialect, dataset)}
)
select
  failure.processor_name,
  failure.run_id,
  failure.analysis_date,
  failure.entity_id,
  failure.failure_category,
  failure.failure_reason,
  failure.can_retry,
  failure.created_at
from ${ledger}.cascade_failures as failure
join newest_attempt
  on newest_attempt.attempt_id = failure.attempt_id
  and newest_attempt.processor_name = failure.processor_name
  and newest_attempt.analysis_date = failure.analysis_date
where newest_attempt.status in ('committed', 'blocked')`;
}
