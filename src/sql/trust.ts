import type { TableId } from "../domain/table-id.ts";
import type { Dialect } from "./dialect.ts";
import { quoteName, quoteTable } from "./identifiers.ts";

const foundColumns = [
  { name: "table_name", type: "string" },
  { name: "analysis_date", type: "date" },
  { name: "processor_name", type: "string" },
  { name: "state", type: "string" },
  { name: "why", type: "string" },
  { name: "run_id", type: "string" },
] as const;

/** The newest look at each (table_name, analysis_date). */
function newestLooks(store: string, where: string): string {
  return `select table_name, analysis_date, processor_name, state, since, why, run_id, looked_at
from ${store}
where ${where}
qualify row_number() over (
  partition by table_name, analysis_date
  order by looked_at desc, since desc, state
) = 1`;
}

/** What the newest looks at the tables of @tables between @start_date and @end_date found: (table_name, analysis_date, state, since). */
export function recordedTrust(dialect: Dialect, store: TableId): string {
  const within = `${dialect.isIn("table_name", "tables")} and analysis_date between @start_date and @end_date`;
  return `select table_name, cast(analysis_date as string) as analysis_date, state, since
from (
${newestLooks(quoteTable(dialect, store), within)}
) as known`;
}

/**
 * Appends what a look as of @looked_at found, an element of each array parameter a row; an empty processor or run is none.
 * A state that is what it was keeps its beginning.
 */
export function appendTrust(dialect: Dialect, store: TableId): string {
  const table = quoteTable(dialect, store);
  return `insert into ${table}
  (table_name, analysis_date, processor_name, state, since, why, run_id, looked_at)
select
  found.table_name,
  found.analysis_date,
  nullif(found.processor_name, ''),
  found.state,
  coalesce(known.since, @looked_at),
  found.why,
  nullif(found.run_id, ''),
  @looked_at
from (${dialect.rowsOfArrays(foundColumns)}) as found
left join (
${newestLooks(table, "true")}
) as known
  on known.table_name = found.table_name
  and known.analysis_date = found.analysis_date
  and known.state = found.state`;
}

/**
 * Deletes what looks before @looked_at found of the tables of @tables from @start_date to @end_date: newer ones stand, and
 * dates that are none any more are gone. Unless @is_whole only of the dates of @dates.
 */
export function forgetTrust(dialect: Dialect, store: TableId): string {
  return `delete from ${quoteTable(dialect, store)}
where looked_at < @looked_at
  and ${dialect.isIn("table_name", "tables")}
  and analysis_date between @start_date and @end_date
  and (@is_whole or ${dialect.isIn("analysis_date", "dates")})`;
}

/**
 * The view for readers. Grain: (table_name, analysis_date). What was attempted after the newest look at it was not looked
 * at as it is now, and is held until somebody looks.
 */
export function createTrustView(dialect: Dialect, dataset: string): string {
  const ledger = quoteName(dialect, dataset);
  return `create or replace view ${ledger}.trust as
with look as (
${newestLooks(`${ledger}.cascade_trust`, "true")}
),
attempt as (
  select processor_name, analysis_date, run_id, finished_at
  from ${ledger}.cascade_partitions
  qualify row_number() over (
    partition by processor_name, analysis_date
    order by finished_at desc, attempt_id desc
  ) = 1
)
select
  look.table_name,
  look.analysis_date,
  case when attempt.finished_at > look.looked_at then 'held' else look.state end as state,
  case when attempt.finished_at > look.looked_at then attempt.finished_at else look.since end as since,
  case
    when attempt.finished_at > look.looked_at then 'it was built again, and not looked at since'
    else look.why
  end as why,
  case when attempt.finished_at > look.looked_at then attempt.run_id else look.run_id end as run_id,
  look.looked_at
from look
left join attempt
  on attempt.processor_name = look.processor_name
  and attempt.analysis_date = look.analysis_date`;
}
