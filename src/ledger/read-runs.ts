import { queryRows, typed } from "../warehouse/row-shape.ts";
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
  /** It ended before all its cells had. */
  readonly isStopped: boolean;
};

const runShape = {
  run_id: typed.text,
  digest: typed.text,
  selection: typed.text,
  units: typed.text,
  policy: typed.text,
  status: typed.text,
};

/** The newest runs of a runbook, the newest first; one query. The ledger has to be there. */
export async function readNewestRuns(
  warehouse: Warehouse,
  { name, ledger }: Pick<Runbook, "name" | "ledger">,
  count: number,
): Promise<readonly RecordedRun[]> {
  const statement = {
    sql: `select run_id, digest, selection, units, policy, status
from ${quoteTable(warehouse.dialect, ledgerTable(ledger, "cascade_runs"))}
where runbook = @runbook_name and command not in ('sample', 'load')
order by started_at desc, run_id desc
limit ${count}`,
    parameters: { runbook_name: { type: "string", value: name } },
    purpose: "read the newest runs",
  } as const;
  const rows = await queryRows(warehouse, statement, runShape);
  return rows.map(({ run_id: runId, digest, selection, units, policy, status }) => ({
    runId,
    digest,
    selection,
    units,
    policy,
    hasEnded: status !== "running" && status !== "interrupted",
    isStopped: status === "stopped",
  }));
}
