import type { CalendarDate } from "../domain/calendar-date.ts";
import type { HeldDates } from "../ledger/record-gates.ts";
import { allDays, ownDates } from "../plan/calendar/own-days.ts";
import { placeGates, type PlannedGate } from "../plan/order/order-gates.ts";
import type { WarehouseState } from "../plan/plan.ts";
import { createSettledWindows, type SettledWindows } from "../plan/versions/settled-windows.ts";
import type { Gate, Runbook } from "../runbook/runbook.ts";

/** Asks a gate about the warehouse as it is now: the partitions that it holds back. */
export type GateCheck = (gate: Gate) => Promise<readonly HeldDates[]>;

/** The blocking gates of one round: each is asked once, before the first processor that has to wait for it. */
export type RecoveryGates = {
  /** Of the dates, those whose windows are free of what the gates before the processor hold back. */
  freeOf(processor: string, dates: readonly CalendarDate[]): Promise<readonly CalendarDate[]>;
};

/** The gates of a round that begins now. */
export function createRecoveryGates(
  runbook: Runbook,
  state: WarehouseState,
  check: GateCheck,
): RecoveryGates {
  const placed = placeGates(runbook);
  const asked = new Set<PlannedGate>();
  const windows = openWindows(runbook, state);
  const dates = new Map(runbook.processors.map((own) => [own.id, ownDates(state.calendar, own)]));
  return {
    async freeOf(processor, pending) {
      for (const gate of placed) {
        if (asked.has(gate) || !gate.before.has(processor)) continue;
        asked.add(gate);
        for (const held of await check(gate.gate)) windows.hold({ ...held, from: gate.before });
      }
      // A date that has left the calendar reads nothing.
      return pending.filter(
        (date) =>
          dates.get(processor)?.has(date) !== true ||
          windows.unsettledUpstreamOf(processor, date).length === 0,
      );
    },
  };
}

/** Windows in which every processor counts as settled: what is not is the plan's matter, not the gates'. */
function openWindows(runbook: Runbook, state: WarehouseState): SettledWindows {
  const windows = createSettledWindows(runbook, state);
  const settled = new Map(allDays(runbook, state.calendar).map(({ date }) => [date, true]));
  for (const { id } of runbook.processors) windows.update(id, settled);
  return windows;
}
