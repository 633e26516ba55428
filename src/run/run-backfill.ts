import { Fault } from "../errors.ts";
import { createTables, refreshCalendar } from "../ledger/create-tables.ts";
import { readState } from "../ledger/read-state.ts";
import { recordRunEnd, recordRunStart } from "../ledger/record-run.ts";
import { planBackfill } from "../plan/plan-backfill.ts";
import type { Cell, Plan, Selection, WarehouseState } from "../plan/plan.ts";
import { createSettledWindows } from "../plan/settled-windows.ts";
import { createFingerprints } from "../plan/window-fingerprint.ts";
import type { Runbook } from "../runbook/runbook.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { runCell, type CellContext } from "./run-cell.ts";
import type { CellResult, RunEffects } from "./run-event.ts";
import { scheduleTasks } from "./schedule-tasks.ts";

export type RunRequest = {
  readonly runbook: Runbook;
  readonly selection: Selection;
  /** The digest that was approved; the run is refused when the plan has another. */
  readonly digest?: string;
  /** Start no further cell once one has failed or blocked dates. */
  readonly stopOnFailure?: boolean;
  /** Cells side by side, 1 unless given. */
  readonly concurrency?: number;
};

export type RunResult = {
  readonly runId: string;
  readonly plan: Plan;
  readonly cells: readonly CellResult[];
  /** Whether every planned cell ran and no date failed or was blocked. */
  readonly isClean: boolean;
};

/**
 * Plans and runs a backfill on an open warehouse: creates what is absent, brings the calendar up to date, and runs the
 * cells in dependency order. Faults: digest-mismatch, schema-drift, warehouse faults, interrupted.
 */
export async function runBackfill(
  warehouse: Warehouse,
  request: RunRequest,
  effects: RunEffects,
): Promise<RunResult> {
  const { runbook, selection } = request;
  const startedAt = effects.now();
  await createTables(warehouse, runbook);
  const state = await readState(warehouse, runbook, selection.range);
  await refreshCalendar(warehouse, runbook);
  const plan = planBackfill(runbook, state, selection);
  refuseOtherDigest(plan, request.digest);
  const runId = `${startedAt.toISOString().replaceAll(/[-:]/g, "").slice(0, 15)}Z-${effects.randomId()}`;
  effects.emit({ kind: "run-started", runId, plan });
  if (plan.cells.length > 0) {
    const record = { runId, runbook: runbook.name, command: "run", digest: plan.digest, startedAt };
    await recordRunStart(warehouse, runbook.ledger, { ...record, selection: JSON.stringify(selection) });
  }
  const cells = await runCells(warehouse, { request, plan, state, runId }, effects);
  const isClean = cells.length === plan.cells.length && plan.totals.blocked === 0 && cells.every(isCleanCell);
  if (plan.cells.length > 0) {
    const status = isClean ? "ok" : cells.length < plan.cells.length ? "stopped" : "findings";
    await recordRunEnd(warehouse, runbook.ledger, { runId, status, finishedAt: effects.now() });
  }
  const elapsedMs = effects.now().getTime() - startedAt.getTime();
  effects.emit({ kind: "run-ended", runId, results: cells, elapsedMs });
  return { runId, plan, cells, isClean };
}

/** Whether no date of the cell failed or was blocked. */
export function isCleanCell(result: CellResult): boolean {
  return result.outcomes.every(({ kind }) => kind === "committed" || kind === "up-to-date");
}

function refuseOtherDigest(plan: Plan, approved: string | undefined): void {
  if (approved === undefined || approved === plan.digest) return;
  throw new Fault("digest-mismatch", `Cannot run: expected the plan "${approved}", found "${plan.digest}"`, {
    hint: "Something changed since the plan was approved; look at `cascade plan` again and approve its digest",
  });
}

async function runCells(
  warehouse: Warehouse,
  work: { request: RunRequest; plan: Plan; state: WarehouseState; runId: string },
  effects: RunEffects,
): Promise<readonly CellResult[]> {
  const { request, plan, state, runId } = work;
  const { runbook } = request;
  const knowledge = {
    state,
    fingerprints: createFingerprints(runbook, state),
    windows: createSettledWindows(runbook, state),
  };
  const context: CellContext = { runbook, knowledge, runId, effects };
  const results: CellResult[] = [];
  const tasks = plan.cells.map((cell) => ({
    id: cell.id,
    needs: cell.needs,
    run: async () => {
      results.push(await runOneCell(warehouse, context, cell));
    },
  }));
  await scheduleTasks(tasks, {
    concurrency: request.concurrency ?? 1,
    isStopped: () =>
      effects.signal.aborted || (request.stopOnFailure === true && !results.every(isCleanCell)),
  });
  if (effects.signal.aborted) {
    throw new Fault("interrupted", `Stopped after ${results.length} of ${plan.cells.length} cells`, {
      hint: "Type the command again: what was committed stays, the rest is done anew",
    });
  }
  return results;
}

async function runOneCell(warehouse: Warehouse, context: CellContext, cell: Cell): Promise<CellResult> {
  const { effects } = context;
  await using session = await warehouse.session();
  function interrupt(): void {
    session.interrupt();
  }
  effects.signal.addEventListener("abort", interrupt);
  try {
    effects.emit({ kind: "cell-started", cell });
    const result = await runCell(session, context, cell);
    effects.emit({ kind: "cell-ended", cell, result });
    return result;
  } finally {
    effects.signal.removeEventListener("abort", interrupt);
  }
}
