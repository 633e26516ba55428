import { dayOf, type CalendarDate, type DateRange } from "../domain/calendar-date.ts";
import type { TableId } from "../domain/table-id.ts";
import { readStateInto } from "../ledger/read-state.ts";
import { createVersionMemory, recordVersions } from "../ledger/version-memory.ts";
import type { Cell } from "../plan/plan.ts";
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

/** One cell of a plan that somebody else made. */
export type PlannedCell = {
  readonly runbook: Runbook;
  readonly cell: Cell;
  /** The plan's range. */
  readonly range: DateRange;
  readonly runId: string;
  /** What gates and lost upstream cells hold back, besides what the warehouse itself says. */
  readonly holds: readonly HeldPartitions[];
  /** Whether rows may be replaced by none because the sources of a date hold nothing any more. */
  readonly allowEmpty: boolean;
};

/**
 * Runs one cell on its own: reads the state as it is now, so that dates which are up to date are dropped and dates
 * whose upstream is unsettled or held back are blocked. Faults: those of the warehouse, interrupted.
 */
export async function runPlannedCell(
  warehouse: Warehouse,
  { runbook, cell, range, runId, holds, allowEmpty }: PlannedCell,
  effects: RunEffects,
): Promise<CellResult> {
  const versions = createVersionMemory();
  const reach = planStateRange(runbook, range);
  const found = await useSession(warehouse, effects, (session) =>
    readStateInto(versions, session, { runbook, range: reach }),
  );
  const { state } = asOf(runbook, found, dayOf(effects.now(), runbook.timeZone));
  const windows = createSettledWindows(runbook, state);
  for (const held of holds) windows.hold({ ...held, from: [cell.processor] });
  const fingerprints = createFingerprints(runbook, state);
  const audits = createAuditMemory(runbook.ledger);
  const knowledge = { state, windows, fingerprints, versions, audits };
  const context = { root: warehouse, runbook, knowledge, runId, effects, allowEmpty };
  const result = await runCellAlone(context, cell);
  if (versions.isRecordable) await recordVersions(warehouse, runbook.ledger, versions);
  return result;
}
