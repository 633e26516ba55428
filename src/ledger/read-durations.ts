import type { Runbook } from "../runbook/runbook.ts";
import { quoteTable } from "../sql/identifiers.ts";
import { queryRows, typed } from "../warehouse/row-shape.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { ledgerTable } from "./tables.ts";

/** Attempts of a processor that are looked at: the newest say how long it takes now. */
const mostAttempts = 20;

const shape = {
  processor_name: typed.text,
  dates: typed.count,
  begun_at: typed.instant,
  ended_at: typed.instant,
};

/**
 * Seconds that a date of each processor took, in the mean of its newest committed attempts; an attempt of many dates is
 * shared out. A processor that never committed anything is absent. One query; the ledger has to exist.
 */
export async function readDurations(
  warehouse: Warehouse,
  { ledger }: Runbook,
): Promise<ReadonlyMap<string, number>> {
  const table = quoteTable(warehouse.dialect, ledgerTable(ledger, "cascade_partitions"));
  const sql = `select processor_name, dates, begun_at, ended_at
from (
  select processor_name, attempt_id, count(*) as dates, min(started_at) as begun_at, max(finished_at) as ended_at
  from ${table}
  where status = 'committed'
  group by processor_name, attempt_id
) as attempts
where dates > 0
qualify row_number() over (partition by processor_name order by ended_at desc, attempt_id) <= ${mostAttempts}`;
  const rows = await queryRows(warehouse, { sql, purpose: "read how long dates took" }, shape);
  const taken = Map.groupBy(rows, (row) => row.processor_name);
  return new Map(
    [...taken].map(([processor, attempts]) => {
      const dates = attempts.reduce((sum, attempt) => sum + attempt.dates, 0);
      const milliseconds = attempts.reduce(
        (sum, { begun_at, ended_at }) => sum + Math.max(0, ended_at.getTime() - begun_at.getTime()),
        0,
      );
      return [processor, milliseconds / 1000 / dates];
    }),
  );
}
