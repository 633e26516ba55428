import { dayOf } from "../domain/calendar-date.ts";
import { gateStateRange } from "../gates/gate-range.ts";
import { openGateScope, type GateScope } from "../gates/gate-scope.ts";
import { refuseDrift } from "../ledger/drift.ts";
import { readState } from "../ledger/read-state.ts";
import { allDays } from "../plan/calendar/own-days.ts";
import { selectDates } from "../plan/calendar/select-dates.ts";
import { refuseUnknownNames } from "../plan/upstream/select-processors.ts";
import type { Runbook } from "../runbook/runbook.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import type { CommandContext } from "./command.ts";
import { selectionOf } from "../operations/typed/options.ts";

/**
 * The scope of a gate command: what its options select, on the warehouse as it is now. Faults: unknown names, and dates
 * off the calendar, since nothing that was looked at is not a pass; schema-drift.
 */
export async function openGates(
  warehouse: Warehouse,
  { options, effects }: CommandContext,
  runbook: Runbook,
): Promise<GateScope> {
  const selection = selectionOf(runbook, options);
  const { range, dates, processors, phases } = selection;
  refuseUnknownNames(runbook, selection);
  const state = await readState(warehouse, runbook, gateStateRange(runbook, range));
  selectDates(allDays(runbook, state.calendar), { selection });
  const scope = await openGateScope(warehouse, {
    runbook,
    state,
    range,
    today: dayOf(effects.now(), runbook.timeZone),
    ...(dates === undefined ? {} : { dates }),
    ...(processors === undefined ? {} : { processors }),
    ...(phases === undefined ? {} : { phases }),
  });
  refuseDrift(warehouse, { catalog: scope.catalog, runbook });
  return scope;
}
