import { z } from "zod";
import type { SourceOrigin } from "../domain/source-origin.ts";
import type { Runbook } from "../runbook/runbook.ts";
import { quoteTable } from "../sql/identifiers.ts";
import { queryRows, typed, type ShapedRow } from "../warehouse/row-shape.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { hasLedger, readCatalog } from "./catalog.ts";
import { fillingCommands } from "./fillings.ts";
import { ledgerTable } from "./tables.ts";

const fillingShape = {
  command: typed.oneOf(fillingCommands),
  selection: typed.text,
  units: typed.text,
  finished_at: typed.nullable(typed.text),
};

const recordSchema = z.object({
  folder: z.string().optional(),
  files: z.number().optional(),
  fetch: z.string().optional(),
  seed: z.string().optional(),
  rows: z.record(z.string(), z.number()).default({}),
});

/** Where the rows of each source of a runbook came from, as the ledger has it; undefined where there is none. */
export async function readOrigins(
  warehouse: Warehouse,
  runbook: Runbook,
): Promise<readonly SourceOrigin[] | undefined> {
  if (!hasLedger(await readCatalog(warehouse, runbook), runbook)) return undefined;
  const { name, ledger, sources } = runbook;
  const statement = {
    sql: `select command, selection, units, cast(finished_at as string) as finished_at
from ${quoteTable(warehouse.dialect, ledgerTable(ledger, "cascade_runs"))}
where runbook = @runbook_name and command in ('sample', 'load')
order by cascade_runs.started_at, run_id`,
    parameters: { runbook_name: { type: "string", value: name } },
    purpose: "read where the rows came from",
  } as const;
  const rows = await queryRows(warehouse, statement, fillingShape);
  const newest = new Map(rows.flatMap(originsOf).map((origin) => [origin.table, origin]));
  return sources.map(({ table }) => newest.get(table) ?? { table, kind: "warehouse" });
}

function originsOf(row: ShapedRow<typeof fillingShape>): readonly SourceOrigin[] {
  const { rows, ...how } = readRecord(row.selection);
  const { folder, files, fetch, seed } = how;
  const tables = new Set([...Object.keys(JSON.parse(row.units) as object), ...Object.keys(rows)]);
  return [...tables].map((table) => ({
    table,
    kind: row.command,
    ...(rows[table] === undefined ? {} : { rows: rows[table] }),
    ...(folder === undefined ? {} : { folder }),
    ...(files === undefined ? {} : { files }),
    ...(fetch === undefined ? {} : { fetch }),
    ...(seed === undefined ? {} : { seed }),
    at: isoOf(row.finished_at ?? ""),
  }));
}

/** What an earlier version has not recorded is not known. */
function readRecord(selection: string): z.output<typeof recordSchema> {
  return recordSchema.parse(selection === "" ? {} : JSON.parse(selection));
}

/** An instant as a warehouse writes it, to the second. */
function isoOf(text: string): string {
  return `${text.slice(0, 19).replace(" ", "T")}Z`;
}
