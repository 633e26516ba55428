import { queryRows, typed } from "../warehouse/row-shape.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import type { Runbook } from "../runbook/runbook.ts";
import { quoteTable } from "../sql/identifiers.ts";
import { replacedByRun } from "../sql/reversals.ts";
import { readCatalog } from "./catalog.ts";
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
  readonly requestedBy: string | undefined;
  readonly reason: string | undefined;
};

const runShape = {
  run_id: typed.text,
  digest: typed.text,
  selection: typed.text,
  units: typed.text,
  policy: typed.text,
  status: typed.text,
  requested_by: typed.nullable(typed.text),
  reason: typed.nullable(typed.text),
};

/** The newest runs of a runbook, the newest first; one query. The ledger has to be there. */
export async function readNewestRuns(
  warehouse: Warehouse,
  { name, ledger }: Pick<Runbook, "name" | "ledger">,
  count: number,
): Promise<readonly RecordedRun[]> {
  const statement = {
    sql: `select run_id, digest, selection, units, policy, status, requested_by, reason
from ${quoteTable(warehouse.dialect, ledgerTable(ledger, "cascade_runs"))}
where runbook = @runbook_name and command not in ('sample', 'load', 'revert')
order by started_at desc, run_id desc
limit ${count}`,
    parameters: { runbook_name: { type: "string", value: name } },
    purpose: "read the newest runs",
  } as const;
  const rows = await queryRows(warehouse, statement, runShape);
  return rows.map(({ run_id: runId, status, requested_by: requestedBy, ...record }) => ({
    ...record,
    runId,
    requestedBy,
    hasEnded: status !== "running" && status !== "interrupted",
    isStopped: status === "stopped",
  }));
}

/** A run as people list it; instants as the warehouse writes them. */
export type LedgerRun = {
  readonly runId: string;
  readonly command: string;
  readonly status: string;
  readonly startedAt: string;
  /** Undefined of one that has not ended, or whose process died. */
  readonly finishedAt: string | undefined;
  readonly requestedBy: string | undefined;
  readonly reason: string | undefined;
  readonly startedFrom: string | undefined;
  /** Partitions that it has committed, and those of them that held rows before. */
  readonly built: number;
  readonly replaced: number;
  /** Whether `revert` can bring back what it replaced. */
  readonly undo: "whole" | "in part" | "none";
};

const replacedShape = {
  run_id: typed.text,
  built: typed.count,
  replaced: typed.count,
  restorable: typed.count,
};

/** What runs have replaced, by id; nothing known before the ledger has a place for copies. */
async function readReplaced(
  warehouse: Warehouse,
  { ledger }: Runbook,
): Promise<ReadonlyMap<string, Pick<LedgerRun, "built" | "replaced" | "undo">>> {
  const statement = {
    sql: replacedByRun(warehouse.dialect, ledger),
    purpose: "read what runs have replaced",
  };
  const rows = await queryRows(warehouse, statement, replacedShape);
  const canUndo = warehouse.dialect.keepsCopies;
  return new Map(
    rows.map(({ run_id: runId, built, replaced, restorable }) => {
      const undo = !canUndo || restorable === 0 ? "none" : restorable === built ? "whole" : "in part";
      return [runId, { built, replaced, undo }];
    }),
  );
}

const listedShape = {
  run_id: typed.text,
  command: typed.text,
  status: typed.text,
  started_at: typed.text,
  finished_at: typed.nullable(typed.text),
  requested_by: typed.nullable(typed.text),
  reason: typed.nullable(typed.text),
  started_from: typed.nullable(typed.text),
};

/** The newest runs of a runbook, fillings too, the newest first; none while there is no ledger. One query. */
export async function readRunList(
  warehouse: Warehouse,
  runbook: Runbook,
  count: number,
): Promise<readonly LedgerRun[]> {
  const table = ledgerTable(runbook.ledger, "cascade_runs");
  const catalog = await readCatalog(warehouse, runbook);
  if (!catalog.has(table)) return [];
  const replaced = catalog.has(ledgerTable(runbook.ledger, "cascade_kept"))
    ? await readReplaced(warehouse, runbook)
    : undefined;
  const statement = {
    sql: `select run_id, command, status, cast(started_at as string) as started_at, cast(finished_at as string) as finished_at,
  requested_by, reason, started_from
from ${quoteTable(warehouse.dialect, table)}
where runbook = @runbook_name
order by cascade_runs.started_at desc, run_id desc
limit ${count}`,
    parameters: { runbook_name: { type: "string", value: runbook.name } },
    purpose: "list the newest runs",
  } as const;
  const rows = await queryRows(warehouse, statement, listedShape);
  return rows.map((row) => ({
    runId: row.run_id,
    command: row.command,
    status: row.status,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    requestedBy: row.requested_by,
    reason: row.reason,
    startedFrom: row.started_from,
    ...(replaced?.get(row.run_id) ?? { built: 0, replaced: 0, undo: "none" }),
  }));
}

/** Whether the ledger knows a run of a runbook. */
export async function hasRun(warehouse: Warehouse, runbook: Runbook, runId: string): Promise<boolean> {
  const table = ledgerTable(runbook.ledger, "cascade_runs");
  if (!(await readCatalog(warehouse, runbook)).has(table)) return false;
  const statement = {
    sql: `select count(*) as runs
from ${quoteTable(warehouse.dialect, table)}
where runbook = @runbook_name and run_id = @run_id`,
    parameters: {
      runbook_name: { type: "string", value: runbook.name },
      run_id: { type: "string", value: runId },
    },
    purpose: "look for the run",
  } as const;
  const [row] = await queryRows(warehouse, statement, { runs: typed.count });
  return (row?.runs ?? 0) > 0;
}
