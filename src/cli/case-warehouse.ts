import { workshopAddress } from "../engines/engine-table.ts";
import type { ShellEffects } from "../process/effects.ts";
import { openWarehouse } from "../process/open-warehouse.ts";
import type { Runbook } from "../runbook/runbook.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";

/**
 * Opens warehouses in memory for cases: they are so small that a second thread costs more than it does, and plans more than
 * what is planned. One after the other, so that the runbook is vetted once.
 */
export function caseWarehouses(effects: ShellEffects, runbook: Runbook): () => Promise<Warehouse> {
  const given = { ...effects, environment: { CASCADE_THREADS: "1", ...effects.environment } };
  const request = { address: workshopAddress, mode: "write", runbook, keepsPlans: true } as const;
  let first: Promise<Warehouse> | undefined;
  return async () => {
    if (first !== undefined) await first;
    return (first = openWarehouse(given, request));
  };
}
