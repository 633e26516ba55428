import { dayOf, type CalendarDate, type DateRange } from "../domain/calendar-date.ts";
import type { TableId } from "../domain/table-id.ts";
import { readStateInto } from "../ledger/read-state.ts";
import { createVersionMemory, recordVersions } from "../ledger/version-memory.ts";
import type { CalendarDay, Cell } from "../plan/plan.ts";
import { inputReach } from "../plan/upstream/input-reach.ts";
import { daysOfPartitions } from "./stage-dates.ts";
import { createSettledWindows } from "../plan/versions/settled-windows.ts";
import { createFingerprints } from "../plan/versions/window-fingerprint.ts";
import { asOf, planStateRange } from "../plan/waivers/with-waivers.ts";
import type { Runbook } from "../runbook/runbook.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { createAuditMemory } from "./audit/audit-memory.ts";
import { runCellAlone } from "./run-cell.ts";
import type { CellResult, RunEffects } from "./run-event.ts";
import { useSession } from "./use-session.ts";

/** Dates of a table that nobody may read. */
export type HeldPartitions = { readonly table: TableId; readonly dates: readonly CalendarDate[] };

/** Cells of one processor, of a plan that somebody else made. */
export type PlannedCells = {
  readonly runbook: Runbook;
  readonly cells: readonly Cell[];
  /** The plan's range. */
  readonly range: DateRange;
  readonly runId: string;
  /** What gates and lost upstream cells hold back, besides what the warehouse itself says. */
  readonly holds: readonly HeldPartitions[];
  /** Whether rows may be replaced by none because the sources of a date hold nothing any more. */
  readonly allowEmpty: boolean;
  /** Is told of every cell that ended, before the next begins. */
  readonly tell: (result: CellResult) => Promise<void>;
};

/**
 * What cells read and hold, by table, on a calendar. Undefined where whether something counts depends on more than that:
 * a waiver, or what has expired.
 */
function rangesOfCells(
  runbook: Runbook,
  cells: readonly Cell[],
): ((calendar: readonly CalendarDay[]) => ReadonlyMap<TableId, DateRange>) | undefined {
  const own = runbook.processors.find(({ id }) => id === cells[0]?.processor);
  const hasRetention = [...runbook.sources, ...runbook.processors].some(
    ({ retention }) => retention !== undefined,
  );
  if (own === undefined || hasRetention || runbook.waivers.length > 0) return undefined;
  const dates = cells.flatMap((cell) => cell.dates);
  return (calendar) => {
    const reach = inputReach(runbook, { processor: own.id, dates, calendar });
    const written = daysOfPartitions(own, dates);
    return new Map([
      ...[...reach].map(([table, { range }]) => [table, range] as const),
      ...(written === undefined ? [] : [[own.table, written] as const]),
    ]);
  };
}

/**
 * Runs cells one after the other: reads the state as it is now, so that dates which are up to date are dropped and dates
 * whose upstream is unsettled or held back are blocked; it reads the windows of the cells, and no other table. Faults: those of the warehouse, interrupted.
 */
export async function runPlannedCells(
  warehouse: Warehouse,
  { runbook, cells, range, runId, holds, allowEmpty, tell }: PlannedCells,
  effects: RunEffects,
): Promise<readonly CellResult[]> {
  const versions = createVersionMemory();
  const reach = planStateRange(runbook, range);
  const found = await useSession(warehouse, effects, (session) =>
    readStateInto(versions, session, { runbook, range: reach, rangesOf: rangesOfCells(runbook, cells) }),
  );
  const { state } = asOf(runbook, found, dayOf(effects.now(), runbook.timeZone));
  const windows = createSettledWindows(runbook, state);
  const readers = [...new Set(cells.map(({ processor }) => processor))];
  for (const held of holds) windows.hold({ ...held, from: readers });
  const fingerprints = createFingerprints(runbook, state);
  const audits = createAuditMemory(runbook.ledger);
  const knowledge = { state, windows, fingerprints, versions, audits };
  const context = { root: warehouse, runbook, knowledge, runId, effects, allowEmpty };
  const results: CellResult[] = [];
  for (const cell of cells) {
    const result = await runCellAlone(context, cell);
    await tell(result);
    results.push(result);
  }
  if (versions.isRecordable) await recordVersions(warehouse, runbook.ledger, versions);
  return results;
}
