import { Fault } from "../../errors.ts";
import { duckdb } from "../../sql/duckdb.ts";
import type { DateSpelling } from "../../starter/guess-date.ts";
import type { StarterSource } from "../../starter/found-table.ts";
import { tableStarter } from "../../starter/table-starter.ts";
import type { StarterPlace, StarterOrigin } from "../../starter/starter-request.ts";
import type { StarterFiles } from "../../starter/starter-files.ts";
import type { Warehouse } from "../../warehouse/warehouse.ts";
import { findSource } from "./find-source.ts";
import { listFiles, readFiles } from "./list-files.ts";
import { listTables } from "./list-tables.ts";
import { quoted } from "./measure-rows.ts";
import type { RowSet } from "./row-set.ts";

/** What a runbook is begun from. */
export type BeginRequest = {
  readonly name: string;
  /** Tables by name; all when absent. */
  readonly tables: readonly string[] | undefined;
};

/** What was written, and the tables that no source became of, each with the reason. */
export type Begun = { readonly files: StarterFiles; readonly skipped: readonly string[] };

/** Begins a runbook from the tables of a warehouse. Faults: nothing-to-build, unknown-name, those of the warehouse. */
export async function beginFromWarehouse(
  warehouse: Warehouse,
  request: BeginRequest,
  place: StarterPlace,
): Promise<Begun> {
  const rowSets = await listTables(warehouse, request.tables);
  return begin(warehouse, { ...request, rowSets, origin: { kind: "warehouse", place } });
}

/** Begins a runbook from a folder of files, which a DuckDB looks at. Faults: usage, nothing-to-build, unknown-name, load-failed. */
export async function beginFromFolder(
  workshop: Warehouse,
  request: BeginRequest,
  place: StarterPlace,
): Promise<Begun> {
  const { typed: folder } = place;
  const files = await listFiles(folder, { runbook: request.name, named: request.tables });
  const rowSets: RowSet[] = [];
  for (const file of files) rowSets.push(await readFiles(workshop, folder, file));
  return begin(workshop, { ...request, rowSets, origin: { kind: "folder", place, files } });
}

/** How DuckDB makes dates of what files hold: where nothing comes of it, NULL. */
const duckdbSpelling: DateSpelling = {
  column: (written) => quoted(duckdb.quote, written),
  fromParts: (year, month, day) => `try(make_date(${year}, ${month}, ${day}))`,
};

async function begin(
  warehouse: Warehouse,
  {
    name,
    rowSets,
    origin,
  }: BeginRequest & { readonly rowSets: readonly RowSet[]; readonly origin: StarterOrigin },
): Promise<Begun> {
  const sources: StarterSource[] = [];
  const skipped: string[] = [];
  for (const rowSet of rowSets) {
    const found = await findSource(warehouse, rowSet, origin.kind === "folder" ? duckdbSpelling : undefined);
    if (found.kind === "none") skipped.push(found.reason);
    else sources.push(found.source);
  }
  if (sources.length === 0) {
    throw new Fault("nothing-to-build", `Cannot write the runbook "${name}": ${skipped.join("\n  ")}`, {
      hint: "Name tables with rows and a date with --tables, or give them a column of dates",
    });
  }
  const made = origin.kind === "folder" ? { ...origin, files: filesOf(origin, sources) } : origin;
  return { files: tableStarter({ name, origin: made, sources, skipped }), skipped };
}

function filesOf(
  { files }: Extract<StarterOrigin, { kind: "folder" }>,
  sources: readonly StarterSource[],
): Extract<StarterOrigin, { kind: "folder" }>["files"] {
  const tables = new Set(sources.map(({ table }) => table));
  return files.filter(({ table }) => tables.has(table));
}
