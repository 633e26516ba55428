import { tupleText } from "../domain/tuple-text.ts";
import { countOf } from "../domain/format.ts";
import type { TableId } from "../domain/table-id.ts";
import { Fault } from "../errors.ts";
import type { Runbook, Source } from "../runbook/runbook.ts";
import { quoteTable } from "../sql/identifiers.ts";
import { beginningTime, writingTime } from "../sql/writing-time.ts";
import type { RecordedFilling } from "../domain/source-origin.ts";
import { queryRows, typed } from "../warehouse/row-shape.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { readCatalog, type Catalog } from "./catalog.ts";
import { ledgerTable } from "./tables.ts";

/** What fills sources on a runbook's behalf. */
export const fillingCommands = ["sample", "load"] as const;
/** One of `fillingCommands`. */
export type FillingCommand = (typeof fillingCommands)[number];

/** The rows of a source as they stand, and whose they are: those of a command while they are exactly what it left. */
export type StandingRows = {
  readonly table: TableId;
  readonly rows: number;
  readonly madeBy: FillingCommand | "others";
};

const contentShape = { row_count: typed.count, version: typed.text };
const fillingShape = { command: typed.oneOf(fillingCommands), units: typed.text };

/** The sources among `tables` that hold rows, and who made these; a query for each, and one for the ledger. */
export async function readStandingRows(
  warehouse: Warehouse,
  runbook: Runbook,
  tables: readonly TableId[],
): Promise<readonly StandingRows[]> {
  const catalog = await readCatalog(warehouse, runbook);
  const fillings = await readFillings(warehouse, catalog, runbook);
  const standing: StandingRows[] = [];
  for (const source of runbook.sources.filter(({ table }) => tables.includes(table))) {
    const content = await readWhole(warehouse, catalog, source);
    if (content.rows === 0) continue;
    const madeBy = fillings.get(tupleText([source.table, content.version])) ?? "others";
    standing.push({ table: source.table, rows: content.rows, madeBy });
  }
  return standing;
}

/** Stops a sample that would replace rows which no sample of the runbook has made. Fault: rows-of-others. */
export function refuseRowsOfOthers(standing: readonly StandingRows[]): void {
  const foreign = standing.filter(({ madeBy }) => madeBy !== "sample");
  if (foreign.length === 0) return;
  const named = foreign.map(
    ({ table, rows, madeBy }) =>
      `${table} holds ${countOf(rows, "row")}${madeBy === "load" ? " that `load` made" : ""}`,
  );
  throw new Fault("rows-of-others", `Cannot sample over rows that no sample has made: ${named.join("; ")}`, {
    hint: "Name another warehouse, or give --replace to lose these rows",
  });
}

/** Enters into the ledger what `sample` or `load` has just left in some sources. */
export async function recordFilling(
  warehouse: Warehouse,
  runbook: Runbook,
  filling: {
    readonly command: FillingCommand;
    readonly runId: string;
    readonly tables: readonly TableId[];
    readonly startedAt: Date;
    readonly finishedAt: Date;
    /** What it was made from; empty where nobody compares that. */
    readonly digest: string;
    /** Where the rows came from, for reports, and how many each source has. */
    readonly origin: Omit<RecordedFilling, "at">;
    readonly rows: readonly { readonly table: TableId; readonly rows: number }[];
  },
): Promise<void> {
  const catalog = await readCatalog(warehouse, runbook);
  const versions: Record<string, string> = {};
  for (const source of runbook.sources.filter(({ table }) => filling.tables.includes(table))) {
    versions[source.table] = (await readWhole(warehouse, catalog, source)).version;
  }
  const { dialect } = warehouse;
  const begun = beginningTime(dialect, "@started_at", "@finished_at");
  const ended = writingTime(dialect, "@finished_at");
  await warehouse.execute([
    {
      sql: `insert into ${quoteTable(dialect, ledgerTable(runbook.ledger, "cascade_runs"))}
  (run_id, runbook, command, status, digest, selection, units, policy, started_at, finished_at)
values (@run_id, @runbook, @command, 'ok', @digest, @selection, @units, '', ${begun}, ${ended})`,
      parameters: {
        run_id: { type: "string", value: filling.runId },
        runbook: { type: "string", value: runbook.name },
        command: { type: "string", value: filling.command },
        digest: { type: "string", value: filling.digest },
        selection: {
          type: "string",
          value: JSON.stringify({
            ...filling.origin,
            rows: Object.fromEntries(filling.rows.map(({ table, rows }) => [table, rows])),
          }),
        },
        units: { type: "string", value: JSON.stringify(versions) },
        started_at: { type: "timestamp", value: filling.startedAt.toISOString() },
        finished_at: { type: "timestamp", value: filling.finishedAt.toISOString() },
      },
      purpose: `enter the ${filling.command} into the ledger`,
    },
  ]);
}

/** What the newest load of a runbook was made from; undefined where none was. */
export async function readLoadDigest(
  warehouse: Warehouse,
  catalog: Catalog,
  { name, ledger }: Runbook,
): Promise<string | undefined> {
  const runs = ledgerTable(ledger, "cascade_runs");
  if (!catalog.has(runs)) return undefined;
  const statement = {
    sql: `select digest
from ${quoteTable(warehouse.dialect, runs)}
where runbook = @runbook and command = 'load'
order by started_at desc, run_id desc
limit 1`,
    parameters: { runbook: { type: "string", value: name } },
    purpose: "read what was loaded",
  } as const;
  const [newest] = await queryRows(warehouse, statement, { digest: typed.text });
  return newest?.digest;
}

/** Who left which content in a source, by table and version. */
async function readFillings(
  warehouse: Warehouse,
  catalog: Catalog,
  { name, ledger }: Runbook,
): Promise<ReadonlyMap<string, FillingCommand>> {
  const runs = ledgerTable(ledger, "cascade_runs");
  if (catalog.get(runs)?.has("units") !== true) return new Map();
  const statement = {
    sql: `select command, units
from ${quoteTable(warehouse.dialect, runs)}
where runbook = @runbook and command in ('sample', 'load')
order by started_at, run_id`,
    parameters: { runbook: { type: "string", value: name } },
    purpose: "read what filled the sources",
  } as const;
  const rows = await queryRows(warehouse, statement, fillingShape);
  return new Map(
    rows.flatMap(({ command, units }) =>
      Object.entries(JSON.parse(units) as Readonly<Record<string, string>>).map(
        (content) => [tupleText(content), command] as const,
      ),
    ),
  );
}

/** Rows of a whole table and their version; no version where a declared column is absent. */
async function readWhole(
  warehouse: Warehouse,
  catalog: Catalog,
  { table, columns }: Source,
): Promise<{ readonly rows: number; readonly version: string }> {
  const found = catalog.get(table);
  if (found === undefined) return { rows: 0, version: "" };
  const isWhole = columns.every(({ name }) => found.has(name));
  const version = isWhole ? warehouse.dialect.contentHash(columns) : "''";
  const statement = {
    sql: `select count(*) as row_count, ${version} as version from ${quoteTable(warehouse.dialect, table)} as stored_row`,
    purpose: `look what ${table} holds`,
  };
  const [row] = await queryRows(warehouse, statement, contentShape);
  const isKnown = isWhole && row !== undefined;
  return { rows: row?.row_count ?? 0, version: isKnown ? `${warehouse.hashTag}:${row.version}` : "" };
}
