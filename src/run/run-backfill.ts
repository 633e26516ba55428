import { refuseFalseCalendar } from "../audit/refuse-false-calendar.ts";
import { dayOf } from "../domain/calendar-date.ts";
import { Fault } from "../errors.ts";
import { compactVersions } from "../ledger/compact-versions.ts";
import { createTables, refreshCalendar } from "../ledger/create-tables.ts";
import { readStateInto } from "../ledger/read-state.ts";
import { closeDeadRuns, recordRunEnd, recordRunStart, type RunOrigin } from "../ledger/record-run.ts";
import { trimCopies } from "../ledger/kept-copies.ts";
import { recordVolumes } from "../ledger/recorded-volumes.ts";
import { createVersionMemory, recordVersions, type VersionMemory } from "../ledger/version-memory.ts";
import { allDays } from "../plan/calendar/own-days.ts";
import { orderGates, type PlannedGate } from "../plan/order/order-gates.ts";
import { refuseOtherDigest } from "../plan/approval/refuse-other-digest.ts";
import { planBackfill } from "../plan/plan-backfill.ts";
import { renderPlanRecord } from "../plan/approval/plan-record.ts";
import type { Cell, Plan, Selection, WarehouseState } from "../plan/plan.ts";
import { planStateRange, withWaivers } from "../plan/waivers/with-waivers.ts";
import { createSettledWindows } from "../plan/versions/settled-windows.ts";
import { createFingerprints } from "../plan/versions/window-fingerprint.ts";
import type { Gate, Runbook } from "../runbook/runbook.ts";
import { writesItself } from "../runbook/writes-itself.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { createAuditMemory } from "./audit/audit-memory.ts";
import { runCellAlone, type CellContext } from "./run-cell.ts";
import { isFinding, type CellResult, type GateVerdict, type RunEffects } from "./run-event.ts";
import { scheduleTasks, type Task } from "./schedule-tasks.ts";
import { useSession } from "./use-session.ts";

/** What is to be run, and how. */
export type RunRequest = {
  readonly runbook: Runbook;
  readonly selection: Selection;
  /** The digest that was approved; the run is refused when the plan has another. */
  readonly digest?: string;
  /** Start no further cell once one has failed or blocked dates. */
  readonly stopOnFailure?: boolean;
  /** Take windows of new definitions to be true, without an audit. */
  readonly skipAudit?: boolean;
  /** Why and from where it was started, for the ledger. */
  readonly origin?: RunOrigin | undefined;
  /** Cells side by side, 1 unless given. */
  readonly concurrency?: number;
  /** Checks and records a gate, in the session that is given, beside others; without it no gate runs. */
  readonly checkGate?: (
    session: Warehouse,
    check: { readonly gate: Gate; readonly runId: string },
  ) => Promise<GateVerdict>;
};

/** What a run has done: its plan, and what became of cells and gates in the plan's order, whichever ended first. */
export type RunResult = {
  readonly runId: string;
  readonly plan: Plan;
  readonly cells: readonly CellResult[];
  readonly gates: readonly GateVerdict[];
  /** Whether every planned cell ran and no date failed, was blocked or moved. */
  readonly isClean: boolean;
};

/**
 * Plans and runs a backfill on an open warehouse. Nothing is written before the plan stands; then what is absent is
 * created, the calendar brought up to date, and the cells run in dependency order. Faults: unknown-name,
 * date-outside-calendar, digest-mismatch, schema-drift, warehouse faults, interrupted.
 */
export async function runBackfill(
  warehouse: Warehouse,
  request: RunRequest,
  effects: RunEffects,
): Promise<RunResult> {
  const { runbook, selection } = request;
  const startedAt = effects.now();
  const reach = planStateRange(runbook, selection.range);
  const versions = createVersionMemory();
  const found = await useSession(warehouse, effects, (session) =>
    readStateInto(versions, session, { runbook, range: reach }),
  );
  const today = dayOf(startedAt, runbook.timeZone);
  const { state, ...asked } = withWaivers(selection, { runbook, state: found, today });
  const plan = planBackfill(runbook, state, asked.selection);
  refuseOtherDigest(plan, request.digest);
  await createTables(warehouse, runbook);
  const runId = `${startedAt.toISOString().replaceAll(/[-:]/g, "").slice(0, 15)}Z-${effects.randomId()}`;
  if (request.skipAudit !== true) {
    const { calendar } = state;
    await refuseFalseCalendar({ warehouse, runbook, calendar }, { id: runId, at: startedAt });
  }
  await recordVersions(warehouse, runbook.ledger, versions);
  await compactVersions(warehouse, runbook.ledger, versions);
  await recordVolumes(warehouse, runbook, { state, selection, reach, now: startedAt });
  await refreshCalendar(warehouse, runbook);
  await closeDeadRuns(warehouse, runbook);
  effects.emit({ kind: "run-started", runId, plan });
  if (plan.cells.length > 0) {
    const record = renderPlanRecord(plan, { selection, calendar: allDays(runbook, state.calendar) });
    const origin = { requestedBy: effects.holder, ...request.origin };
    await recordRunStart(warehouse, { ...record, runId, runbook, command: "run", startedAt, origin });
  }
  const { cells, gates } = await runCellsToTheEnd(
    warehouse,
    { request, plan, state, versions, runId },
    effects,
  );
  const isClean = cells.length === plan.cells.length && plan.totals.blocked === 0 && cells.every(isCleanCell);
  if (plan.cells.length > 0) {
    const status = isClean ? "ok" : cells.length < plan.cells.length ? "stopped" : "findings";
    await recordRunEnd(warehouse, runbook.ledger, { runId, status, finishedAt: effects.now() });
  }
  const elapsedMs = effects.now().getTime() - startedAt.getTime();
  effects.emit({ kind: "run-ended", runId, results: cells, elapsedMs });
  return { runId, plan, cells, gates, isClean };
}

/** Whether no date of the cell failed, was blocked or moved. */
function isCleanCell(result: CellResult): boolean {
  return result.outcomes.every(({ kind }) => !isFinding(kind));
}

type Work = {
  readonly request: RunRequest;
  readonly plan: Plan;
  readonly state: WarehouseState;
  readonly versions: VersionMemory;
  readonly runId: string;
};

/** The same, and the ledger knows when it was interrupted, or stopped by another run. */
async function runCellsToTheEnd(
  warehouse: Warehouse,
  work: Work,
  effects: RunEffects,
): ReturnType<typeof runCells> {
  try {
    return await runCells(warehouse, work, effects);
  } catch (cause) {
    const status = effects.signal.aborted ? "interrupted" : isLeaseFault(cause) ? "stopped" : undefined;
    if (status !== undefined && work.plan.cells.length > 0) {
      const end = { runId: work.runId, status, finishedAt: effects.now() } as const;
      await recordRunEnd(warehouse, work.request.runbook.ledger, end);
    }
    throw cause;
  }
}

function isLeaseFault(cause: unknown): boolean {
  return cause instanceof Fault && cause.code === "lease-lost";
}

async function runCells(
  warehouse: Warehouse,
  { request, plan, state, versions, runId }: Work,
  effects: RunEffects,
): Promise<{ readonly cells: readonly CellResult[]; readonly gates: readonly GateVerdict[] }> {
  const { runbook, checkGate } = request;
  const knowledge = {
    state,
    fingerprints: createFingerprints(runbook, state),
    windows: createSettledWindows(runbook, state),
    versions,
    audits: request.skipAudit === true ? undefined : createAuditMemory(runbook.ledger),
  };
  const { allowEmpty = false } = request.selection;
  const context: CellContext = { root: warehouse, runbook, knowledge, runId, effects, allowEmpty };
  const results = new Map<string, CellResult>();
  const verdicts = new Map<string, GateVerdict>();
  const planned = checkGate === undefined ? [] : orderGates(runbook, plan);
  const cellTasks = plan.cells.map((cell): Task => ({
    id: cell.id,
    needs: [
      ...cell.needs,
      ...turnOf(warehouse, { runbook, plan, cell }),
      ...planned.filter(({ before }) => before.has(cell.processor)).map(gateTaskId),
    ],
    run: async () => void results.set(cell.id, await runOneCell(context, cell)),
  }));
  const gateTasks = planned.map((gate): Task => ({
    id: gateTaskId(gate),
    needs: plan.cells.filter(({ processor }) => gate.after.has(processor)).map(({ id }) => id),
    run: async () => {
      const verdict = await useSession(warehouse, effects, async (session) =>
        checkGate?.(session, { gate: gate.gate, runId }),
      );
      if (verdict === undefined) return;
      verdicts.set(verdict.gate, verdict);
      for (const held of verdict.held) knowledge.windows.hold({ ...held, from: gate.before });
      effects.emit({ kind: "gate-ended", verdict });
    },
  }));
  await scheduleTasks([...gateTasks, ...cellTasks], {
    concurrency: request.concurrency ?? 1,
    isStopped: () =>
      effects.signal.aborted || (request.stopOnFailure === true && ![...results.values()].every(isCleanCell)),
  });
  refuseInterruption(effects, { done: results.size, planned: plan.cells.length });
  await recordVersions(warehouse, runbook.ledger, versions);
  await trimCopies(warehouse, runbook);
  return {
    cells: plan.cells.flatMap(({ id }) => results.get(id) ?? []),
    gates: planned.flatMap(({ gate }) => verdicts.get(gate.id) ?? []),
  };
}

/** The cell after which one of a command that writes a file itself has its turn: of two at a time nobody could tell which changed what. */
function turnOf(
  warehouse: Warehouse,
  { runbook, plan, cell }: { readonly runbook: Runbook; readonly plan: Plan; readonly cell: Cell },
): readonly string[] {
  const own = runbook.processors.find(({ id }) => id === cell.processor);
  if (!warehouse.exclusive || own === undefined || !writesItself(own)) return [];
  const cells = plan.cells.filter(({ processor }) => processor === cell.processor);
  return cells
    .slice(0, cells.indexOf(cell))
    .slice(-1)
    .map(({ id }) => id);
}

function gateTaskId({ gate }: PlannedGate): string {
  return `gate ${gate.id}`;
}

function refuseInterruption(effects: RunEffects, { done, planned }: { done: number; planned: number }): void {
  if (!effects.signal.aborted) return;
  throw new Fault("interrupted", `Stopped after ${done} of ${planned} cells`, {
    hint: "Type the command again: what was committed stays, the rest is done anew",
  });
}

async function runOneCell(context: CellContext, cell: Cell): Promise<CellResult> {
  const { effects } = context;
  effects.emit({ kind: "cell-started", cell });
  const result = await runCellAlone(context, cell);
  effects.emit({ kind: "cell-ended", cell, result });
  return result;
}
