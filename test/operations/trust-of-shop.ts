import { recordTrust } from "../../src/ledger/recorded-trust.ts";
import { lookAtTrust } from "../../src/operations/look-at-trust.ts";
import type { DateRange } from "../../src/domain/calendar-date.ts";
import type { Runbook } from "../../src/runbook/runbook.ts";
import { queryRows, typed } from "../../src/warehouse/row-shape.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";

/** Looks over a range at an instant, and enters what it finds. */
export async function lookAndRecord(
  warehouse: Warehouse,
  { runbook, range, at }: { readonly runbook: Runbook; readonly range: DateRange; readonly at: string },
): Promise<void> {
  const look = await lookAtTrust(warehouse, { runbook, selection: { range }, lookedAt: new Date(at) });
  await recordTrust(warehouse, runbook.ledger, look);
}

/** What somebody who asks the view is told of a table of the shop on a date: `state | since | why`. */
export async function askTrust(warehouse: Warehouse, table: string, date: string): Promise<string> {
  const rows = await warehouse.query({
    sql: `select state, cast(since as string) as since, why, run_id is null as is_without_run
from shop_processing.trust
where table_name = '${table}' and analysis_date = date '${date}'`,
    purpose: "ask as a reader",
  });
  return rows.map(({ state, since, why }) => [state, String(since).slice(0, 10), why].join(" | ")).join("\n");
}

/** How many dates are in each state. */
export async function countTrust(warehouse: Warehouse): Promise<string> {
  const statement = {
    sql: "select state, count(*) as dates from shop_processing.trust group by state order by state",
    purpose: "count as a reader",
  };
  const rows = await queryRows(warehouse, statement, { state: typed.text, dates: typed.count });
  return rows.map(({ state, dates }) => `${dates} ${state}`).join(", ");
}
