import { dayOf } from "../../domain/calendar-date.ts";
import { readState } from "../../ledger/read-state.ts";
import { planBackfill } from "../../plan/plan-backfill.ts";
import type { Plan, WarehouseState } from "../../plan/plan.ts";
import { planStateRange, withWaivers } from "../../plan/waivers/with-waivers.ts";
import type { Runbook } from "../../runbook/runbook.ts";
import type { Warehouse } from "../../warehouse/warehouse.ts";
import { selectionOf } from "./options.ts";
import { tellDrift, type Typing } from "./typed-command.ts";

/** Plans what the options select on the warehouse as it is now, and notes what is not as declared. */
export async function planSelection(
  warehouse: Warehouse,
  { options, now, note, runbook }: Typing & { readonly runbook: Runbook },
): Promise<{ readonly plan: Plan; readonly state: WarehouseState }> {
  const selection = selectionOf(runbook, options);
  const found = await readState(warehouse, runbook, planStateRange(runbook, selection.range));
  tellDrift({ note }, found);
  const today = dayOf(now(), runbook.timeZone);
  const { state, ...asked } = withWaivers(selection, { runbook, state: found, today });
  return { plan: planBackfill(runbook, state, asked.selection), state };
}
