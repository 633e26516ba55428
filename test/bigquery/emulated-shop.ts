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

/** A runbook's warehouse on an emulator: datasets, tables and sources as the product creates and loads them. */
export type EmulatedWarehouse = AsyncDisposable & {
  readonly warehouse: Warehouse;
  readonly emulator: MendedEmulator;
};

/** Starts an emulator with the shop's tables and sales; with a clock, one that tells when partitions were written. */
export async function openEmulatedShop(runbook: Runbook, clock?: WriteClock): Promise<EmulatedWarehouse> {
  await using local = await openShop();
  return await openEmulatedCopy(runbook, local, clock);
}

/** Starts an emulator with a runbook's tables, and with the sources that another warehouse holds. */
export async function openEmulatedCopy(
  runbook: Runbook,
  local: Warehouse,
  clock?: WriteClock,
): Promise<EmulatedWarehouse> {
  await using opened = new AsyncDisposableStack();
  const process = opened.use(await startEmulator());
  const emulator = opened.use(await mendEmulator(process.endpoint, clock));
  const warehouse = await openEmulated(emulator.endpoint);
  await initialise(warehouse, runbook);
  await publishSources(local, warehouse, {
    runbook,
    tables: runbook.sources.map(({ table }) => table),
    token: "sources",
  });
  const held = opened.move();
  return { warehouse, emulator, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

/** Opens a project on an emulator, as another process would. */
export async function openEmulated(endpoint: string): Promise<Warehouse> {
  const timing = { pollMs: 1, firstPauseMs: 5, longestPauseMs: 20, deadlineMs: 120_000 };
  return openBigQuery({ project: emulatedProject, endpoint, timing });
}

/** Every row that processors have written since a date and every standing failure, as text, sorted: equal on all engines. */
export async function resultsOf(
  warehouse: Warehouse,
  runbook: Runbook,
  since = "2024-01-01",
): Promise<Record<string, readonly string[]>> {
  const results: Record<string, readonly string[]> = {};
  for (const { id, table, columns, dateColumn } of runbook.processors) {
    const names = columns.map(({ name }) => name).join(", ");
    const sql = `select ${names} from ${table} as stored where ${dateColumn} >= date '${since}'`;
    results[id] = await linesOf(warehouse, sql);
  }
  const failures = `select processor_name, analysis_date, entity_id, failure_category, failure_reason, can_retry
from ${runbook.ledger}.precompute_failures where analysis_date >= date '${since}'`;
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
