import { allEngines, findWarehouse, usualAddress } from "../engines/engine-table.ts";
import { Fault } from "../errors.ts";
import { vetRunbook } from "../run/vet-runbook.ts";
import type { RunbookLimits } from "../runbook/limits.ts";
import type { Runbook } from "../runbook/runbook.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { interruptions, type ShellEffects } from "./effects.ts";

/** Which warehouse, and what for. */
export type WarehouseRequest = {
  readonly address: string;
  readonly mode: "read" | "write";
  /** Whose text the engine will run: it is vetted first, and instants become dates in its zone. */
  readonly runbook: Runbook;
  /** Whether an engine that parses only where it runs is asked about the runbook's texts: where a plan is made. */
  readonly asksEngine?: boolean;
  /** Folders of files beside the exchange with commands: those of a load, those of a job. */
  readonly folders?: readonly string[];
  /** See `Opening`. */
  readonly keepsPlans?: boolean;
};

/**
 * Opens the warehouse that an address names. SIGINT and SIGTERM interrupt the vetting of the runbook and what reads; who
 * writes says what an interruption may stop. Faults: usage, warehouse-*; runbook-invalid.
 */
export async function openWarehouse(effects: ShellEffects, request: WarehouseRequest): Promise<Warehouse> {
  const warehouse = await openAddress(request, effects);
  const reading = interruptedBy(effects.signals, warehouse);
  try {
    await vetRunbook(warehouse, request.runbook, request);
  } catch (cause) {
    await reading[Symbol.asyncDispose]();
    throw cause;
  }
  if (request.mode === "read") return reading;
  reading.letGo();
  return warehouse;
}

/** Opens a warehouse to look at it before there is a runbook, in UTC; `folders` hold files to be read. Faults: usage, warehouse-*. */
export async function openToLook(
  effects: ShellEffects,
  request: Pick<WarehouseRequest, "address" | "folders">,
): Promise<Warehouse> {
  const opening = { ...request, mode: "read", runbook: { timeZone: "UTC" } } as const;
  return interruptedBy(effects.signals, await openAddress(opening, effects));
}

async function openAddress(
  {
    address,
    mode,
    runbook,
    folders = [],
    keepsPlans = false,
  }: Omit<WarehouseRequest, "runbook"> & {
    readonly runbook: Pick<Runbook, "timeZone"> & { readonly name?: string; readonly limits?: RunbookLimits };
  },
  { environment, openPlace }: ShellEffects,
): Promise<Warehouse> {
  const found = findWarehouse(address);
  if (found !== undefined) {
    const { timeZone, name, limits } = runbook;
    const bounds =
      name === undefined ? {} : { runbook: { name, ...(limits === undefined ? {} : { limits }) } };
    return openPlace(found.place, { mode, timeZone, folders, environment, keepsPlans, ...bounds });
  }
  const forms = allEngines.map(({ addressForm }) => `"${addressForm}"`).join(" or ");
  throw new Fault("usage", `Cannot open the warehouse: expected ${forms}, found "${address}"`, {
    hint: `Give --warehouse ${usualAddress}, or unset CASCADE_WAREHOUSE`,
  });
}

/** The warehouse as signals interrupt it, until it is closed or let go of. */
function interruptedBy(
  signals: ShellEffects["signals"],
  warehouse: Warehouse,
): Warehouse & { readonly letGo: () => void } {
  function interrupt(): void {
    warehouse.interrupt();
  }
  function letGo(): void {
    for (const signal of interruptions) signals.off(signal, interrupt);
  }
  for (const signal of interruptions) signals.once(signal, interrupt);
  return {
    ...warehouse,
    letGo,
    async [Symbol.asyncDispose]() {
      letGo();
      await warehouse[Symbol.asyncDispose]();
    },
  };
}
