import { allEngines, findWarehouse, usualAddress } from "../engines/engine-table.ts";
import { Fault } from "../errors.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { interruptions, type ShellEffects } from "./effects.ts";

/** Which warehouse, and what for. */
export type WarehouseRequest = { readonly address: string; readonly mode: "read" | "write" };

/**
 * Opens the warehouse that an address names. SIGINT and SIGTERM
 * interrupt what reads; who writes says what an interruption may stop. Faults: usage, warehouse-*.
 */
export async function openWarehouse(
  { environment, signals }: ShellEffects,
  request: WarehouseRequest,
): Promise<Warehouse> {
  const warehouse = await openAddress(request, environment);
  return request.mode === "read" ? interruptedBy(signals, warehouse) : warehouse;
}

async function openAddress(
  { address, mode }: WarehouseRequest,
  environment: ShellEffects["environment"],
): Promise<Warehouse> {
  const found = findWarehouse(address);
  if (found !== undefined) return found.place.open(mode, environment);
  const forms = allEngines.map(({ addressForm }) => `"${addressForm}"`).join(" or ");
  throw new Fault("usage", `Cannot open the warehouse: expected ${forms}, found "${address}"`, {
    hint: `Give --warehouse ${usualAddress}, or unset CASCADE_WAREHOUSE`,
  });
}

function interruptedBy(signals: ShellEffects["signals"], warehouse: Warehouse): Warehouse {
  function interrupt(): void {
    warehouse.interrupt();
  }
  for (const signal of interruptions) signals.once(signal, interrupt);
  return {
    ...warehouse,
    async [Symbol.asyncDispose]() {
      for (const signal of interruptions) signals.off(signal, interrupt);
      await warehouse[Symbol.asyncDispose]();
    },
  };
}
