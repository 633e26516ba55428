import { workshopAddress } from "../engines/engine-table.ts";
import type { ShellEffects } from "../process/effects.ts";
import { openWarehouse } from "../process/open-warehouse.ts";
import type { Runbook } from "../runbook/runbook.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";

/** A warehouse in memory for cases: they are so small that a second thread costs more than it does. */
export function openCaseWarehouse(effects: ShellEffects, runbook: Runbook): Promise<Warehouse> {
  const environment = { CASCADE_THREADS: "1", ...effects.environment };
  return openWarehouse({ ...effects, environment }, { address: workshopAddress, mode: "write", runbook });
}
