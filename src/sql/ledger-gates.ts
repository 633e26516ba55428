import type { Dialect } from "./dialect.ts";
import { quoteName } from "./identifiers.ts";

/** How the detail of a look at explicit dates begins; one at a whole range begins otherwise. */
const datedDetail = '{"dates":[';

/**
 * The looks of gates at dates from @start_date to @end_date, the newest last: of several at one range only the newest,
 * and every one at explicit dates, with its detail. Grain: (gate, start_date, end_date, dated_detail).
 */
export function gateLooks(dialect: Dialect, dataset: string): string {
  return `with look as (
  select
    gate,
    start_date,
    end_date,
    blocked_dates,
    case when detail like '${datedDetail}%' then detail end as dated_detail,
    checked_at
  from ${quoteName(dialect, dataset)}.cascade_gates
  where start_date <= @end_date and end_date >= @start_date
)
select
  gate,
  cast(start_date as string) as start_date,
  cast(end_date as string) as end_date,
  blocked_dates,
  dated_detail
from look
where true
qualify row_number() over (
  partition by gate, start_date, end_date, dated_detail
  order by checked_at desc, blocked_dates
) = 1
order by checked_at, gate, blocked_dates`;
}

/** The newest result per gate of the run @run_id. Grain: one row per gate. */
export function newestGates(dialect: Dialect, dataset: string): string {
  return `select
  gate,
  kind,
  status,
  blocking,
  cast(start_date as string) as start_date,
  cast(end_date as string) as end_date,
  blocked_dates,
  detail,
  checked_at
from ${quoteName(dialect, dataset)}.cascade_gates
where run_id = @run_id
qualify row_number() over (partition by gate order by checked_at desc, status) = 1
order by gate`;
}
