import type { CalendarDate } from "../domain/calendar-date.ts";
import { openGateScope, type GateScope } from "../gates/gate-scope.ts";
import { readState } from "../ledger/read-state.ts";
import type { Runbook } from "../runbook/runbook.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import type { CommandContext } from "./command.ts";
import { selectionOf } from "./selection.ts";

/** The scope of a gate command: what its options select, on the warehouse as it is now. */
export async function openGates(
  warehouse: Warehouse,
  { options }: CommandContext,
  runbook: Runbook,
): Promise<GateScope> {
  const { range, dates, processors, phases } = selectionOf(runbook, options);
  return openGateScope(warehouse, {
    runbook,
    state: await readState(warehouse, runbook, range),
    range,
    today: new Date().toISOString().slice(0, 10) as CalendarDate,
    ...(dates === undefined ? {} : { dates }),
    ...(processors === undefined ? {} : { processors }),
    ...(phases === undefined ? {} : { phases }),
  });
}
