import type { Dialect } from "./dialect.ts";
import { quoteName } from "./identifiers.ts";

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
