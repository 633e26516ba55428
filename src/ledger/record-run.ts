import type { PlanRecord } from "../plan/approval/plan-record.ts";
import { renderPolicy } from "../runbook/policy/recorded-policy.ts";
import type { Runbook } from "../runbook/runbook.ts";
import { quoteTable } from "../sql/identifiers.ts";
import { noEarlier, writingTime } from "../sql/writing-time.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { ledgerTable } from "./tables.ts";

/** Who asked for a run, why, and from where: a command line, or the address of a run on GitHub. */
export type RunOrigin = {
  readonly requestedBy?: string | undefined;
  readonly reason?: string | undefined;
  readonly startedFrom?: string | undefined;
};

/** One invocation that writes, with the plan that it carries out and the policy that it is judged by. */
export type RunRecord = PlanRecord & {
  readonly runId: string;
  readonly runbook: Runbook;
  readonly command: string;
  readonly startedAt: Date;
  readonly origin: RunOrigin;
};

/** Enters a run into `cascade_runs` as running, later than those that the runbook has. */
export async function recordRunStart(warehouse: Warehouse, record: RunRecord): Promise<void> {
  const { runbook } = record;
  const table = quoteTable(warehouse.dialect, ledgerTable(runbook.ledger, "cascade_runs"));
  await warehouse.execute([
    {
      sql: `insert into ${table} (run_id, runbook, command, status, digest, selection, units, policy, started_at, requested_by, reason, started_from)
select
  @run_id, @runbook, @command, 'running', @digest, @selection, @units, @policy,
  ${noEarlier(warehouse.dialect, "@started_at", "latest")},
  nullif(@requested_by, ''), nullif(@reason, ''), nullif(@started_from, '')
from (select max(started_at) as latest from ${table} where runbook = @runbook) as known`,
      parameters: {
        run_id: { type: "string", value: record.runId },
        runbook: { type: "string", value: runbook.name },
        command: { type: "string", value: record.command },
        digest: { type: "string", value: record.digest },
        selection: { type: "string", value: record.selection },
        units: { type: "string", value: record.units },
        policy: { type: "string", value: renderPolicy(runbook) },
        started_at: { type: "timestamp", value: record.startedAt.toISOString() },
        requested_by: { type: "string", value: record.origin.requestedBy ?? "" },
        reason: { type: "string", value: record.origin.reason ?? "" },
        started_from: { type: "string", value: record.origin.startedFrom ?? "" },
      },
      purpose: "enter the run into the ledger",
    },
  ]);
}

/**
 * How a run ended: `stopped` after a failure because it was asked to, or because another run was at the same; `interrupted`
 * before its last cell.
 */
type RunStatus = "ok" | "findings" | "stopped" | "interrupted";

/**
 * Marks runs that a process left open as interrupted: whoever holds a warehouse alone knows that no other process is
 * still at it. Elsewhere an open run may be going on, and stays open.
 */
export async function closeDeadRuns(
  warehouse: Warehouse,
  { name, ledger }: Pick<Runbook, "name" | "ledger">,
): Promise<void> {
  if (!warehouse.exclusive) return;
  const table = quoteTable(warehouse.dialect, ledgerTable(ledger, "cascade_runs"));
  await warehouse.execute([
    {
      sql: `update ${table} set status = 'interrupted' where runbook = @runbook and status = 'running'`,
      parameters: { runbook: { type: "string", value: name } },
      purpose: "close the runs of processes that died",
    },
  ]);
}

/** Marks a run as ended, with its status; by the warehouse's clock where it judges leases by that. */
export async function recordRunEnd(
  warehouse: Warehouse,
  ledger: string,
  end: { readonly runId: string; readonly status: RunStatus; readonly finishedAt: Date },
): Promise<void> {
  const table = quoteTable(warehouse.dialect, ledgerTable(ledger, "cascade_runs"));
  const endedAt = writingTime(warehouse.dialect, "@finished_at");
  await warehouse.execute([
    {
      sql: `update ${table} set status = @status, finished_at = ${endedAt} where run_id = @run_id`,
      parameters: {
        run_id: { type: "string", value: end.runId },
        status: { type: "string", value: end.status },
        finished_at: { type: "timestamp", value: end.finishedAt.toISOString() },
      },
      purpose: "mark the run as ended",
    },
  ]);
}
