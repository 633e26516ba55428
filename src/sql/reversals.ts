import type { Dialect } from "./dialect.ts";
import { quoteName } from "./identifiers.ts";

/**
 * What the partitions that @run_id has committed were before: a row for each, with the attempt that replaced it first, the
 * newest one before that (earlier_...), what the last committed one before had, and how many runs have committed it since.
 */
export function reversals(dialect: Dialect, dataset: string): string {
  const partitions = `${quoteName(dialect, dataset)}.cascade_partitions`;
  const newest = `qualify row_number() over (
    partition by processor_name, analysis_date order by finished_at desc, attempt_id desc
  ) = 1`;
  return `with reverted as (
  select processor_name, analysis_date, attempt_id, input_fingerprint, finished_at
  from ${partitions}
  where run_id = @run_id and status = 'committed'
  qualify row_number() over (
    partition by processor_name, analysis_date order by finished_at, attempt_id
  ) = 1
),
other as (
  select attempt.*, attempt.finished_at < reverted.finished_at as is_earlier
  from ${partitions} as attempt
  join reverted on ${same("attempt")}
  where attempt.run_id <> @run_id
),
earlier as (select * from other where is_earlier ${newest}),
committed as (select * from other where is_earlier and status = 'committed' ${newest}),
later as (
  select processor_name, analysis_date, count(distinct run_id) as runs
  from other
  where not is_earlier and status = 'committed'
  group by 1, 2
)
select
  reverted.processor_name,
  cast(reverted.analysis_date as ${dialect.columnType("string")}) as analysis_date,
  reverted.attempt_id,
  reverted.input_fingerprint,
  earlier.attempt_id as earlier_attempt,
  earlier.status as earlier_status,
  coalesce(earlier.row_count, 0) as earlier_rows,
  coalesce(earlier.failure_count, 0) as earlier_failures,
  earlier.input_fingerprint as earlier_fingerprint,
  earlier.version as earlier_version,
  earlier.error as earlier_error,
  earlier.finding as earlier_finding,
  coalesce(committed.row_count, 0) as committed_rows,
  committed.version as committed_version,
  coalesce(later.runs, 0) as later_runs
from reverted
left join earlier on ${same("earlier")}
left join committed on ${same("committed")}
left join later on ${same("later")}
order by 1, 2`;
}

/** The failures of the attempts @earlier_attempts on @dates once more, as those of @attempt_id and @run_id. */
export function repeatFailures(dialect: Dialect, dataset: string): string {
  const failures = `${quoteName(dialect, dataset)}.cascade_failures`;
  return `insert into ${failures}
  (processor_name, analysis_date, attempt_id, run_id, entity_id, failure_category, failure_reason, can_retry, created_at)
select
  processor_name, analysis_date, @attempt_id, @run_id, entity_id, failure_category, failure_reason, can_retry, created_at
from ${failures}
where processor_name = @processor_name and ${dialect.isIn("attempt_id", "earlier_attempts")}
  and ${dialect.isIn("analysis_date", "dates")}`;
}

/** Whether an attempt is one at the partition that was reverted. */
function same(alias: string): string {
  return `${alias}.processor_name = reverted.processor_name and ${alias}.analysis_date = reverted.analysis_date`;
}

/**
 * By run: how many partitions it has committed, how many of them held rows before, and of how many these are kept, or were
 * none: (run_id, built, replaced, restorable).
 */
export function replacedByRun(dialect: Dialect, dataset: string): string {
  const ledger = quoteName(dialect, dataset);
  return `with committed as (
  select
    processor_name, analysis_date, run_id, attempt_id,
    coalesce(lag(row_count) over (
      partition by processor_name, analysis_date order by finished_at, attempt_id
    ), 0) as rows_before
  from ${ledger}.cascade_partitions
  where status = 'committed'
),
kept as (
  select distinct processor_name, analysis_date, attempt_id from ${ledger}.cascade_kept
)
select
  committed.run_id,
  count(*) as built,
  count(case when committed.rows_before > 0 then 1 end) as replaced,
  count(case when committed.rows_before = 0 or kept.attempt_id is not null then 1 end) as restorable
from committed
left join kept
  on kept.processor_name = committed.processor_name
  and kept.analysis_date = committed.analysis_date
  and kept.attempt_id = committed.attempt_id
group by 1`;
}
