import type { Warehouse } from "../warehouse/warehouse.ts";
import type { Runbook } from "../runbook/runbook.ts";
import { quoteTable } from "../sql/identifiers.ts";
import { ledgerTable } from "./tables.ts";

/** A run as the ledger holds it; see `RunRecord`. */
export type RecordedRun = {
  readonly runId: string;
  readonly digest: string;
  readonly selection: string;
  readonly units: string;
  readonly policy: string;
  /** One that has not was interrupted, or is still going. */
  readonly hasEnded: boolean;
};

/** The newest runs of a runbook, the newest first; one query. The ledger has to be there. */
export async function readNewestRuns(
  warehouse: Warehouse,
  { name, ledger }: Pick<Runbook, "name" | "ledger">,
  count: number,
): Promise<readonly RecordedRun[]> {
  const rows = await warehouse.query({
    sql: `select run_id, digest, selection, units, policy, status
from ${quoteTable(warehouse.dialect, ledgerTable(ledger, "cascade_runs"))}
where runbook = @runbook_name
order by started_at desc, run_id desc
limit ${count}`,
    parameters: { runbook_name: { type: "string", value: name } },
    purpose: "read the newest runs",
  });
  return rows.map((row) => ({
    runId: String(row["run_id"]),
    digest: String(row["digest"]),
    selection: String(row["selection"]),
    units: String(row["units"]),
    policy: String(row["policy"]),
    hasEnded: row["status"] !== "running" && row["status"] !== "interrupted",
  }));
}
