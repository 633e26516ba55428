import type { Dialect, LeaseTables } from "./dialect.ts";
import type { TableId } from "../domain/table-id.ts";
import { quoteTable } from "./identifiers.ts";

/**
 * A script that takes the leases of @processor_name on all @periods for @token, or none when another run's lease on one
 * of them lives, and then tells every living lease on them: (period, token, run_id, holder, taken_at, expires_at). Dead
 * ones are removed. Safe to repeat. Times are those of the warehouse.
 */
export function takeLeases(dialect: Dialect, tables: LeaseTables): string {
  return `merge ${quoteTable(dialect, tables.leases)} as lease
using (
with known as (
${knownLeases(dialect, tables)}
)
select period, @token as token, true as is_wanted
from unnest(@periods) as period
where not exists (select 1 from known where is_live and run_id <> @run_id)
union all
select period, token, false as is_wanted
from known
where not is_live and token <> @token
) as change
on lease.processor_name = @processor_name and lease.period = change.period and lease.token = change.token
when matched and change.is_wanted then update set expires_at = ${expiry}
when matched then delete
when not matched by target and change.is_wanted then
  insert (processor_name, period, token, run_id, holder, taken_at, expires_at)
  values (@processor_name, change.period, @token, @run_id, @holder, current_timestamp(), ${expiry});
select period, token, run_id, holder, taken_at, expires_at
from (
${knownLeases(dialect, tables)}
) as known
where is_live
order by period, token`;
}

/** A query for every lease that lives; grain: (processor_name, period, token). Reads two columns of the ledger. */
export function livingLeases(dialect: Dialect, tables: LeaseTables): string {
  const leases = quoteTable(dialect, tables.leases);
  return `select processor_name, period, token, run_id, holder, taken_at, expires_at
from (
${judgedLeases(dialect, tables, { leases: "true", attempts: `attempt_id in (select token from ${leases})` })}
) as known
where is_live
order by processor_name, token, period`;
}

/** A query that gives true while the leases of @token on all @periods stand, and else an error. */
export function leaseStands(dialect: Dialect, leases: TableId): string {
  return `select
  case when count(distinct period) = array_length(@periods) then true else error('lease-lost') end as is_held
from ${quoteTable(dialect, leases)} as lease
where processor_name = @processor_name and token = @token and period in unnest(@periods)`;
}

/** Puts off the end of the leases of @token. */
export function renewLeases(dialect: Dialect, leases: TableId): string {
  return `update ${quoteTable(dialect, leases)}
set expires_at = ${expiry}
where processor_name = @processor_name and token = @token`;
}

/** Gives the leases of @token back. */
export function releaseLeases(dialect: Dialect, leases: TableId): string {
  return `delete from ${quoteTable(dialect, leases)}
where processor_name = @processor_name and token = @token`;
}

const expiry = "timestamp_add(current_timestamp(), interval @term_seconds second)";

/** Grain: lease of @processor_name on one of @periods. */
function knownLeases(dialect: Dialect, tables: LeaseTables): string {
  return judgedLeases(dialect, tables, {
    leases: "lease.processor_name = @processor_name and lease.period in unnest(@periods)",
    attempts: "processor_name = @processor_name",
  });
}

/**
 * Grain: lease, of those that a condition takes. One lives until it expires, its run ends, or its cell has appended
 * its ledger rows (the token is the id of the attempt). A run may end more than once on GitHub, where its failed jobs are
 * run again: only an end after the taking counts.
 */
function judgedLeases(
  dialect: Dialect,
  { leases, runs, partitions }: LeaseTables,
  wanted: { readonly leases: string; readonly attempts: string },
): string {
  return `select
  lease.processor_name,
  lease.period,
  lease.token,
  lease.run_id,
  lease.holder,
  lease.taken_at,
  lease.expires_at,
  lease.expires_at > current_timestamp() and ended_run.run_id is null and attempt.attempt_id is null as is_live
from ${quoteTable(dialect, leases)} as lease
left join (
  select run_id, max(finished_at) as finished_at from ${quoteTable(dialect, runs)} group by run_id
) as ended_run on ended_run.run_id = lease.run_id and ended_run.finished_at >= lease.taken_at
left join (
  select distinct attempt_id from ${quoteTable(dialect, partitions)} where ${wanted.attempts}
) as attempt on attempt.attempt_id = lease.token
where ${wanted.leases}`;
}
