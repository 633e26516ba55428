import { Fault } from "../errors.ts";
import { openBigQuery } from "../warehouse/bigquery.ts";
import { openDuckDb } from "../warehouse/duckdb.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { interruptions, type ShellEffects } from "./effects.ts";

/** The file of a `duckdb:<file>` address, or undefined for another kind. */
export function duckDbPath(address: string): string | undefined {
  return address.startsWith("duckdb:") ? address.slice("duckdb:".length) : undefined;
}

/** Which warehouse, and what for. */
export type WarehouseRequest = { readonly address: string; readonly mode: "read" | "write" };

/**
 * Opens the warehouse that an address names: `duckdb:<file>`, `bigquery:<project>[/<location>]`. SIGINT and SIGTERM
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
  const path = duckDbPath(address);
  if (path !== undefined && path !== "") return openDuckDb({ path, readOnly: mode === "read" });
  const [, project, location] = /^bigquery:([a-z][\w:.-]*)(?:\/([\w-]+))?$/.exec(address) ?? [];
  if (project !== undefined) return openProject({ project, location }, environment);
  throw new Fault(
    "usage",
    `Cannot open the warehouse: expected "duckdb:<file>" or "bigquery:<project>[/<location>]", found "${address}"`,
    { hint: "Give --warehouse duckdb:.cascade/warehouse.duckdb, or unset CASCADE_WAREHOUSE" },
  );
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

async function openProject(
  place: { readonly project: string; readonly location: string | undefined },
  { GITHUB_RUN_ID, CASCADE_MAXIMUM_BYTES, CASCADE_BIGQUERY_ENDPOINT }: ShellEffects["environment"],
): Promise<Warehouse> {
  return openBigQuery({
    ...place,
    labels: GITHUB_RUN_ID === undefined ? {} : { github_run_id: GITHUB_RUN_ID },
    endpoint: CASCADE_BIGQUERY_ENDPOINT,
    ...(CASCADE_MAXIMUM_BYTES === undefined ? {} : { maximumBytes: requireBytes(CASCADE_MAXIMUM_BYTES) }),
  });
}

function requireBytes(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new Fault("usage", `Cannot read CASCADE_MAXIMUM_BYTES: expected a number of bytes, found "${text}"`, {
    hint: "Give a whole number, for example 107374182400 for 100 GiB",
  });
}
