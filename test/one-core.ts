import type { Warehouse } from "../src/warehouse/warehouse.ts";

/** Keeps a DuckDB to one core: test files run side by side, and on tables so small threads only cost. */
export async function onOneCore(warehouse: Warehouse): Promise<Warehouse> {
  await warehouse.query({ sql: "set threads = 1", purpose: "keep to one core" });
  return warehouse;
}
