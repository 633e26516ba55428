import type { CalendarDate, DateRange } from "../../src/domain/calendar-date.ts";
import { initialise } from "../../src/ledger/initialise.ts";
import { publishSources } from "../../src/run/publish-sources.ts";
import type { Runbook } from "../../src/runbook/runbook.ts";
import { openBigQuery } from "../../src/warehouse/bigquery.ts";
import type { Value, Warehouse } from "../../src/warehouse/warehouse.ts";
import { openShop } from "../run/shop.ts";
import { emulatedProject, startEmulator } from "./emulator.ts";
import { mendEmulator, type MendedEmulator } from "./emulator-gaps.ts";
import type { WriteClock } from "./write-clock.ts";

/** Two weeks of the shop; it was closed on the last two days. */
export const fortnight: DateRange = { from: "2024-01-01" as CalendarDate, to: "2024-01-14" as CalendarDate };

/** The shop on an emulator: datasets, tables and sales as the product creates and loads them. */
export type EmulatedShop = AsyncDisposable & {
  readonly warehouse: Warehouse;
  readonly emulator: MendedEmulator;
};

/** Starts an emulator with the shop's tables and sales; with a clock, one that tells when partitions were written. */
export async function openEmulatedShop(runbook: Runbook, clock?: WriteClock): Promise<EmulatedShop> {
  const process = await startEmulator();
  const emulator = await mendEmulator(process.endpoint, clock);
  const warehouse = await openEmulated(emulator.endpoint);
  await initialise(warehouse, runbook);
  await using local = await openShop();
  await publishSources(local, warehouse, { runbook, token: "sales" });
  return {
    warehouse,
    emulator,
    async [Symbol.asyncDispose]() {
      await emulator[Symbol.asyncDispose]();
      await process[Symbol.asyncDispose]();
    },
  };
}

/** Opens a project on an emulator, as another process would. */
export async function openEmulated(endpoint: string): Promise<Warehouse> {
  const timing = { pollMs: 1, firstPauseMs: 5, longestPauseMs: 20, deadlineMs: 120_000 };
  return openBigQuery({ project: emulatedProject, endpoint, timing });
}

/** Every row that the shop's processors have written and every standing failure, as text, sorted: equal on all engines. */
export async function resultsOf(
  warehouse: Warehouse,
  runbook: Runbook,
): Promise<Record<string, readonly string[]>> {
  const results: Record<string, readonly string[]> = {};
  for (const { id, table, columns, dateColumn } of runbook.processors) {
    const names = columns.map(({ name }) => name).join(", ");
    const sql = `select ${names} from ${table} as stored where ${dateColumn} >= date '2024-01-01'`;
    results[id] = await linesOf(warehouse, sql);
  }
  const failures = `select processor_name, analysis_date, entity_id, failure_category, failure_reason, can_retry
from ${runbook.ledger}.precompute_failures where analysis_date >= date '2024-01-01'`;
  results["failures"] = await linesOf(warehouse, failures);
  return results;
}

async function linesOf(warehouse: Warehouse, sql: string): Promise<readonly string[]> {
  const rows = await warehouse.query({ sql, purpose: "read for the comparison" });
  return rows.map((row) => Object.values(row).map(textOf).join(" | ")).toSorted();
}

function textOf(value: Value): string {
  return typeof value === "number" ? String(Math.round(value * 1e9) / 1e9) : String(value);
}
