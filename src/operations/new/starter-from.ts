import { Fault } from "../../errors.ts";
import { duckdb } from "../../sql/duckdb.ts";
import { guessRule } from "../../starter/calendar-rule.ts";
import type { DateSpelling } from "../../starter/guess-date.ts";
import type { StarterSource } from "../../starter/found-table.ts";
import { meaningOf, type GivenStatement } from "../../starter/given-statement.ts";
import { tableStarter } from "../../starter/table-starter.ts";
import type { StarterOrigin, StarterPlace, StarterRequest } from "../../starter/starter-request.ts";
import { withSaidWindows } from "../../starter/said-windows.ts";
import { datasetFor, type StarterFiles } from "../../starter/starter-files.ts";
import { openScratch } from "../../warehouse/scratch-folder.ts";
import type { Warehouse } from "../../warehouse/warehouse.ts";
import { findSource } from "./find-source.ts";
import { findSteps, type FoundSteps } from "./find-steps.ts";
import { findWindows } from "./find-windows.ts";
import { listFiles, readFiles } from "./list-files.ts";
import { listTables } from "./list-tables.ts";
import { quoted } from "./measure-rows.ts";
import { fillWorkshop, type WorkshopRows } from "./open-workshop.ts";
import type { RowSet } from "./row-set.ts";
import { askingBench, storingBench } from "./step-bench.ts";

/** What a runbook is begun from. */
export type BeginRequest = {
  readonly name: string;
  readonly place: StarterPlace;
  /** Tables by name; all when absent. */
  readonly tables: readonly string[] | undefined;
  /** Statements that compute tables; without any each source has a processor to begin with. */
  readonly statements: readonly GivenStatement[];
  /** What was found beside them and could not be carried over. */
  readonly notCarried: readonly string[];
  /** Opens a DuckDB in memory that reads a folder. */
  readonly openWorkshop: (folder: string) => Promise<Warehouse>;
};

/** What was written, and what no part of it became of, each with the reason. */
export type Begun = { readonly files: StarterFiles; readonly skipped: readonly string[] };

/** Begins a runbook from the tables of a warehouse. Faults: nothing-to-build, unknown-name, those of the warehouse. */
export async function beginFromWarehouse(
  warehouse: Warehouse,
  request: BeginRequest,
  file: { readonly folder: string; readonly path: string } | undefined,
): Promise<Begun> {
  const rowSets = await listTables(warehouse, { runbook: request.name, named: request.tables });
  const origin = { kind: "warehouse", place: request.place } as const;
  const workshop = file && { folder: file.folder, rows: { kind: "file", path: file.path } as const };
  return begin(warehouse, { ...request, rowSets, origin, workshop });
}

/** Begins a runbook from a folder of files, which a DuckDB looks at. Faults: usage, nothing-to-build, unknown-name, load-failed. */
export async function beginFromFolder(lookingAt: Warehouse, request: BeginRequest): Promise<Begun> {
  const { typed: folder } = request.place;
  const files = await listFiles(folder, { runbook: request.name, named: request.tables });
  await using scratch = await openScratch("new");
  const rowSets: RowSet[] = [];
  for (const file of files) {
    rowSets.push(await readFiles(lookingAt, file, { folder, scratch: scratch.folder }));
  }
  const origin = { kind: "folder", place: request.place, files } as const;
  const workshop = { folder, rows: { kind: "folder", folder, files } as const };
  return await begin(lookingAt, { ...request, rowSets, origin, workshop });
}

/** How DuckDB makes dates of what files hold: where nothing comes of it, NULL. */
const loadedSpelling: DateSpelling = {
  kind: "loaded",
  column: (written) => quoted(duckdb.quote, written),
  fromParts: (year, month, day) => `try(make_date(${year}, ${month}, ${day}))`,
};

/** How a source in place says its date, in the words of its warehouse: columns that a runbook can name have no quotes. */
function spellingOf({ dialect }: Warehouse): DateSpelling {
  return { kind: "in-place", column: (written) => written.toLowerCase(), fromParts: dialect.dateOfParts };
}

type Beginning = BeginRequest & {
  readonly rowSets: readonly RowSet[];
  readonly origin: StarterOrigin;
  /** Where statements are computed; undefined where nothing but the warehouse itself can. */
  readonly workshop: { readonly folder: string; readonly rows: WorkshopRows } | undefined;
};

async function begin(warehouse: Warehouse, beginning: Beginning): Promise<Begun> {
  const { name, origin, statements, notCarried } = beginning;
  const sources: StarterSource[] = [];
  const skipped: string[] = [...notCarried];
  for (const rowSet of await readRowSets(warehouse, beginning)) {
    const spelling = origin.kind === "folder" ? loadedSpelling : spellingOf(warehouse);
    const found = await findSource(warehouse, rowSet, spelling);
    if (found.kind === "none") skipped.push(found.reason);
    else sources.push(found.source);
  }
  const dated = sources.filter(({ dates }) => dates.length > 0);
  if (dated.length === 0)
    throw nothing(name, [...skipped, ...sources.map(({ table, date }) => `${table}: ${date.why}`)]);
  const found = statements.length === 0 ? noSteps : await stepsOf(warehouse, { ...beginning, sources });
  skipped.push(...found.skipped);
  if (statements.length > 0 && found.steps.length === 0) throw nothing(name, skipped);
  const files = tableStarter(requestOf(beginning, { sources, steps: found.steps, skipped }));
  return { files, skipped };
}

const noSteps: FoundSteps = { steps: [], skipped: [] };

function nothing(name: string, reasons: readonly string[]): Fault {
  return new Fault("nothing-to-build", `Cannot write the runbook "${name}": ${reasons.join("\n  ")}`, {
    hint: "Name tables with rows and a date with --tables, or mend what is told",
  });
}

/** With statements only the tables that one of them reads. */
async function readRowSets(
  warehouse: Warehouse,
  { rowSets, statements }: Beginning,
): Promise<readonly RowSet[]> {
  if (statements.length === 0) return rowSets;
  const parsed = await warehouse.parse(statements.map(({ text }) => ({ text })));
  const names = parsed.flatMap((query) => (query.kind === "query" ? query.tables : []));
  const read = new Set(
    names.flatMap(({ name }) => {
      const meaning = meaningOf(name, { statements, tables: rowSets });
      return meaning?.kind === "table" ? [meaning.table] : [];
    }),
  );
  return rowSets.filter((rowSet) => read.has(rowSet));
}

type WithSources = Beginning & { readonly sources: readonly StarterSource[] };

/** Computes the statements in a workshop, or where the tables are: there without storing anything, so that no window is tried. */
async function stepsOf(warehouse: Warehouse, beginning: WithSources): Promise<FoundSteps> {
  const { name, statements, sources, workshop, openWorkshop } = beginning;
  const rule = guessRule(sources.map(({ dates }) => dates))?.value;
  if (rule === undefined) throw new Error("Sources that have dates have a calendar");
  const request = { runbook: name, statements, sources, rule };
  if (workshop === undefined) {
    const asked = await findSteps(askingBench(warehouse), request);
    return { ...asked, steps: withSaidWindows(asked.steps, sources) };
  }
  await using opened = await openWorkshop(workshop.folder);
  await fillWorkshop(opened, { sources, rows: workshop.rows, marts: datasetFor(name, "marts") });
  const made = await findSteps(storingBench(opened), request);
  const narrowed = await findWindows(opened, {
    name,
    steps: made.steps,
    filesOf: (steps) => tableStarter(requestOf(beginning, { sources, steps, skipped: [] })),
  });
  return { steps: narrowed.steps, skipped: [...made.skipped, ...narrowed.skipped] };
}

function requestOf(
  { name, origin }: Beginning,
  found: Pick<StarterRequest, "sources" | "steps" | "skipped">,
): StarterRequest {
  const tables = new Set(found.sources.map(({ table }) => table));
  const made =
    origin.kind === "folder"
      ? { ...origin, files: origin.files.filter(({ table }) => tables.has(table)) }
      : origin;
  return { name, origin: made, ...found };
}
