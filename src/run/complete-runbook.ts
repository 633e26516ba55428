import { createHash } from "node:crypto";
import { everyDate } from "../domain/calendar-date.ts";
import { kindOfType, type Column } from "../domain/column.ts";
import { normalizeSql, tablesOf } from "../domain/sql-tokens.ts";
import { parseTableId, type TableId } from "../domain/table-id.ts";
import { Fault } from "../errors.ts";
import { readPresentCatalog, type Catalog } from "../ledger/catalog.ts";
import { refuseMissing } from "../ledger/missing-tables.ts";
import { readRecordedColumns, type RecordedColumns } from "../ledger/recorded-columns.ts";
import { failureViewColumns, ledgerTable } from "../ledger/tables.ts";
import {
  failureColumnNames,
  type ColumnRecord,
  type DescribedColumn,
  type DescribedColumns,
} from "../runbook/described-columns.ts";
import type { RunbookText } from "../runbook/parse-declaration.ts";
import { parseRunbook } from "../runbook/parse-runbook.ts";
import type { Processor, Runbook, Source, Step } from "../runbook/runbook.ts";
import { narrowTables } from "../sql/narrow-tables.ts";
import { noRowsOf } from "../sql/no-rows.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { readCalendarEnds } from "./calendar-ends.ts";
import { invalidRunbook } from "./read-runbook.ts";
import { stepParameters } from "./stage-dates.ts";

/**
 * The runbook with the columns that it leaves to the engine: of sources from the catalog, of SQL steps from the engine's
 * description of what they give. What the ledger has recorded of them holds, so that a column that others add or widen
 * changes nothing. A runbook that declares its columns is given back as it is, and nothing is asked. Faults:
 * missing-table; runbook-invalid where a declared column is not there, or the engine refuses a step.
 */
export async function completeRunbook(warehouse: Warehouse, runbook: Runbook): Promise<Runbook> {
  if (runbook.draft === undefined) return runbook;
  const { text } = runbook.draft;
  const { described, dates, records } = await askEngine(warehouse, runbook);
  const parsed = parseRunbook({ ...text, described, dates });
  if (parsed.kind === "invalid") throw invalidRunbook(text.folder, parsed.problems);
  return { ...parsed.runbook, described: records };
}

/** What the warehouse says of what a runbook leaves to it, and what is to be recorded of it. */
export async function askEngine(
  warehouse: Warehouse,
  runbook: Runbook,
): Promise<
  Pick<RunbookText, "described" | "dates"> & {
    readonly records: readonly ColumnRecord[];
  }
> {
  const catalog = await readPresentCatalog(warehouse, runbook);
  const { columns: described, records } = await describeColumns(warehouse, runbook, catalog);
  const openDates = runbook.draft?.openDates;
  if (openDates === undefined) return { described, dates: undefined, records };
  const dates = await readCalendarEnds(warehouse, runbook, { catalog, openDates });
  return { described, dates, records };
}

/** What the engine says of the columns that a runbook leaves to it, and what is to be recorded of it. */
async function describeColumns(
  warehouse: Warehouse,
  runbook: Runbook,
  catalog: Catalog,
): Promise<{ readonly columns: DescribedColumns; readonly records: readonly ColumnRecord[] }> {
  const open = new Set(runbook.draft?.open);
  const recorded = await readRecordedColumns(warehouse, { catalog, ledger: runbook.ledger });
  const records = sourceRecords(warehouse, runbook, { open, catalog, recorded });
  const absent = runbook.sources.map(({ table }) => table).filter((table) => !catalog.has(table));
  const known = new Map<TableId, readonly DescribedColumn[]>([
    ...runbook.sources.map(({ table, columns }): [TableId, readonly DescribedColumn[]] => [table, columns]),
    ...records.map(({ table, columns }): [TableId, readonly DescribedColumn[]] => [table, columns]),
  ]);
  const all = [...records];
  const columns = new Map<string, readonly DescribedColumn[]>(
    records.map((record) => [record.table, record.columns]),
  );
  for (const processor of runbook.processors) {
    const { id, table, step } = processor;
    if (open.has(id) && step.kind === "sql") {
      const described = await describeStep(warehouse, { runbook, processor, step, known, absent, recorded });
      all.push(described);
      columns.set(id, described.columns);
      known.set(table, rowColumns(described));
    } else known.set(table, processor.columns);
  }
  return { columns, records: all };
}

function rowColumns({ columns }: ColumnRecord): readonly DescribedColumn[] {
  return columns.filter(({ name }) => !failureColumnNames.has(name));
}

/** What sources are described from: their table, whatever stands in it. */
const sourceBasis = "source";

type Sources = {
  readonly open: ReadonlySet<string>;
  readonly catalog: Catalog;
  readonly recorded: RecordedColumns;
};

function sourceRecords(
  warehouse: Warehouse,
  runbook: Runbook,
  { open, catalog, recorded }: Sources,
): readonly ColumnRecord[] {
  const sources = runbook.sources.filter(({ table }) => open.has(table));
  const unknown = sources.filter(({ table }) => recorded.newest(table, sourceBasis) === undefined);
  refuseMissing(
    catalog,
    runbook,
    unknown.map(({ table }) => table),
  );
  const named = wordsOf(runbook);
  return sources.map((source) => {
    const before = recorded.newest(source.table, sourceBasis);
    const found = catalog.get(source.table);
    const columns =
      found === undefined ? (before ?? []) : columnsOf(warehouse, { source, before, found, named });
    return { table: source.table, basis: sourceBasis, columns };
  });
}

/**
 * All columns that the table has the first time; later those of them that are still there, and what the runbook names
 * since. The recorded type holds as long as what is found reads as it.
 */
function columnsOf(
  { dialect }: Warehouse,
  {
    before = [],
    found,
    named,
  }: {
    readonly source: Source;
    readonly before: readonly DescribedColumn[] | undefined;
    readonly found: ReadonlyMap<string, string>;
    readonly named: ReadonlySet<string>;
  },
): readonly DescribedColumn[] {
  const known = before.flatMap(({ name, type }) => {
    const printed = found.get(name);
    if (printed === undefined) return [];
    const holds = dialect.readsAs(type, printed) !== "never";
    return [{ name, type: holds ? type : dialect.describedType(printed) }];
  });
  const names = new Set(known.map(({ name }) => name));
  const others = [...found]
    .filter(([name]) => isName(name) && !names.has(name) && (before.length === 0 || named.has(name)))
    .map(([name, printed]) => ({ name, type: dialect.describedType(printed) }));
  return [...known, ...others];
}

/** Every word of the runbook's files, in lower case: what none of them says, no part of the runbook reads. */
function wordsOf({ draft }: Runbook): ReadonlySet<string> {
  const texts = [...(draft?.text.files.values() ?? [])];
  return new Set(texts.flatMap((text) => text.toLowerCase().match(/[a-z_][a-z0-9_]*/g) ?? []));
}

/** Whether SQL of a runbook can write the name of a column. */
function isName(name: string): boolean {
  return /^[a-z_][a-z0-9_]*$/.test(name);
}

type OpenStep = {
  readonly runbook: Runbook;
  readonly processor: Processor;
  readonly step: Extract<Step, { kind: "sql" }>;
  readonly known: ReadonlyMap<TableId, readonly DescribedColumn[]>;
  /** Sources that do not exist: `load` may be about to make them. */
  readonly absent: readonly TableId[];
  readonly recorded: RecordedColumns;
};

async function describeStep(warehouse: Warehouse, open: OpenStep): Promise<ColumnRecord> {
  const { processor, recorded } = open;
  const basis = basisOf(open);
  const columns = recorded.newest(processor.table, basis) ?? (await askFor(warehouse, open));
  return { table: processor.table, basis, columns };
}

/** The text, and names and kinds of what it reads: digits and widths of others change no result's columns. */
function basisOf({ step, known }: OpenStep): string {
  const reads = tablesOf(step.sql.text).map((table) => [
    table,
    (known.get(table) ?? []).map(({ name, type }) => `${name} ${kindOfType(type)}`),
  ]);
  return createHash("sha256")
    .update(JSON.stringify([normalizeSql(step.sql.text), reads]))
    .digest("hex");
}

async function askFor(
  warehouse: Warehouse,
  { runbook, processor, step, known, absent }: OpenStep,
): Promise<readonly DescribedColumn[]> {
  const { dialect } = warehouse;
  const statement = {
    sql: withoutOwnTables(warehouse, runbook, { text: step.sql.text, known, absent }),
    parameters: stepParameters(runbook, { processor, dates: [everyDate.from] }),
    purpose: `describe what ${processor.id} gives`,
  };
  try {
    const printed = await warehouse.describe(statement);
    return printed.map(({ name, type }) => ({ name: name.toLowerCase(), type: dialect.describedType(type) }));
  } catch (cause) {
    if (!(cause instanceof Fault) || cause.code !== "statement-failed") throw cause;
    const place = { file: step.sql.file, line: 1, column: 1 };
    const hint = "correct the statement";
    throw invalidRunbook(runbook.folder, [{ place, message: cause.message, hint }]);
  }
}

/** The statement with what the runbook itself keeps, or declares, in place of tables that need not exist yet. */
function withoutOwnTables(
  { dialect }: Warehouse,
  runbook: Runbook,
  { text, known, absent }: { readonly text: string } & Pick<OpenStep, "known" | "absent">,
): string {
  const { calendar, ledger, processors } = runbook;
  const own = new Map<TableId, readonly Pick<Column, "name" | "type">[]>([
    ...[...processors.map(({ table }) => table), ...absent].map(
      (table): [TableId, readonly DescribedColumn[]] => [table, known.get(table) ?? []],
    ),
    [calendar.table, [...calendar.columns, { name: "period", type: "string" }]],
    [ledgerTable(ledger, "precompute_failures"), failureViewColumns],
  ]);
  const queries = new Map([...own].map(([table, columns]) => [dialect.tableIdentity(table), columns]));
  return narrowTables(text, (name) => {
    const table = parseTableId(name);
    const columns = table && queries.get(dialect.tableIdentity(table));
    return columns && noRowsOf(dialect, columns);
  });
}
