import { Fault } from "../errors.ts";
import { openDuckDb } from "../warehouse/duckdb.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";

/** The file of a `duckdb:<file>` address, or undefined for another kind. */
export function duckDbPath(address: string): string | undefined {
  return address.startsWith("duckdb:") ? address.slice("duckdb:".length) : undefined;
}

/** Opens the warehouse that an address names: `duckdb:<file>`. Faults: usage, warehouse-*. */
export async function openWarehouse(address: string, mode: "read" | "write"): Promise<Warehouse> {
  const path = duckDbPath(address);
  if (path === undefined || path === "") {
    throw new Fault("usage", `Cannot open the warehouse: expected "duckdb:<file>", found "${address}"`, {
      hint: "Give --warehouse duckdb:.cascade/warehouse.duckdb, or unset CASCADE_WAREHOUSE",
    });
  }
  return openDuckDb({ path, readOnly: mode === "read" });
}
