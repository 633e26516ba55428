import { undated } from "../domain/column.ts";
import type { CalendarDate, DateRange } from "../domain/calendar-date.ts";
import { allTablesOf } from "../domain/sql-tokens.ts";
import { parseTableId, type TableId } from "../domain/table-id.ts";
import { readCatalog, type Catalog } from "../ledger/catalog.ts";
import { readingOfColumn } from "../ledger/drift.ts";
import {
  digestOf,
  keepAnswer,
  questionOf,
  recallAnswers,
  type AnswerMemory,
  type KeptAnswer,
} from "../ledger/kept-answers.ts";
import { stateRange } from "../ledger/season-start.ts";
import { ledgerTable } from "../ledger/tables.ts";
import type { RowContent, WarehouseState } from "../plan/plan.ts";
import type { Processor, Runbook, Source } from "../runbook/runbook.ts";
import { calendarColumns, contentByDate } from "../sql/content-hash.ts";
import { quoteTable } from "../sql/identifiers.ts";
import { contentOutside, rowsOutside } from "../sql/kept-answers.ts";
import { askAgain, rangeAsked } from "../warehouse/ask-again.ts";
import { queryRows, typed } from "../warehouse/row-shape.ts";
import type { Statement, Warehouse } from "../warehouse/warehouse.ts";
import { basisText, datedBasis, datesMoved, type DatedBasis, type DatedContent } from "./dated-basis.ts";

/** What answers rest on: the state as it was just read, over a range. */
export type AnswerGround = {
  readonly runbook: Runbook;
  readonly state: WarehouseState;
  /** The range over which the state was read. */
  readonly range: DateRange;
  readonly memory: AnswerMemory;
};

/** What the tables of a statement hold, as one digest, or by date; undefined where not all of it is known. */
type BasisOf = (statement: Statement) => string | DatedBasis | undefined;

/**
 * The warehouse, where a question that was answered before, by this process or as the ledger keeps it, is not asked again
 * while every table that it reads holds what it held. That is measured, not believed: an answer is kept only where the
 * state covers every row and column of each table, each column reads as what it is declared as, and the text surely reads
 * nothing else. Of a question `perDate` about one table only dates that hold something else are asked about again.
 * Where reading is billed nothing is kept: to see that no row lies outside the range would read every table.
 */
export async function keepAnswers(warehouse: Warehouse, ground: AnswerGround): Promise<Warehouse> {
  const { runbook, memory } = ground;
  if (warehouse.billing() !== undefined) return warehouse;
  const catalog = await readCatalog(warehouse, runbook);
  if (!catalog.has(ledgerTable(runbook.ledger, "cascade_answers"))) return warehouse;
  const known = await recallAnswers(warehouse, runbook.ledger, memory);
  const basisOf = await measure(warehouse, { ...ground, catalog });
  const keeping: Warehouse = {
    ...warehouse,
    async query(statement) {
      const found = basisOf(statement);
      if (found === undefined) return warehouse.query(statement);
      const basis = typeof found === "string" ? found : basisText(found);
      const question = questionOf(statement);
      const kept = known.get(question);
      if (kept?.basis === basis) return kept.rows;
      const moved =
        typeof found === "string" || kept === undefined ? undefined : datesMoved(kept.basis, found);
      const rows =
        moved === undefined || kept === undefined
          ? await warehouse.query(statement)
          : await askAgain(kept.rows, moved, { statement, ask: (asked) => warehouse.query(asked) });
      keepAnswer(memory, question, { basis, rows });
      return rows;
    },
    session: () => Promise.resolve({ ...keeping, [Symbol.asyncDispose]: () => Promise.resolve() }),
  };
  return keeping;
}

/** Tells of the answers of a memory which still stand on what the tables hold now. */
export async function standingAnswers(
  warehouse: Warehouse,
  ground: Omit<AnswerGround, "memory">,
): Promise<(answer: KeptAnswer) => boolean> {
  const catalog = await readCatalog(warehouse, ground.runbook);
  const { parts } = await partsOf(warehouse, { ...ground, catalog });
  const standing = new Set(parts.values());
  return ({ basis }) => basis.split(" ").every((part) => standing.has(part));
}

type Measured = Omit<AnswerGround, "memory"> & { readonly catalog: Catalog };

async function measure(warehouse: Warehouse, ground: Measured): Promise<BasisOf> {
  const { parts, dated } = await partsOf(warehouse, ground);
  const bases = new Map<string, string | undefined>();
  const { start_date: first, end_date: last } = rangeOf(ground.runbook, ground.state, ground.range);
  return (statement) => {
    const { sql, perDate } = statement;
    if (perDate !== undefined) {
      const { from, to } = rangeAsked(statement);
      const own = datedIn(warehouse, dated, sql);
      if (own?.column === perDate && from >= first.value && to <= last.value) return own;
    }
    if (!bases.has(sql)) bases.set(sql, basisIn(warehouse, parts, sql));
    return bases.get(sql);
  };
}

/** What the one table of a text holds by date; undefined where it reads another, or that is not known. */
function datedIn(
  { dialect }: Warehouse,
  dated: ReadonlyMap<string, DatedBasis>,
  sql: string,
): DatedBasis | undefined {
  const tables = (allTablesOf(sql) ?? []).map(({ name }) => parseTableId(name));
  const found = new Set(tables.map((table) => table && dated.get(dialect.tableIdentity(table))));
  const [own] = found;
  return found.size === 1 ? own : undefined;
}

/** The digests of all that a text reads, in their order; undefined where one is not known, or not all that is read. */
function basisIn(
  { dialect }: Warehouse,
  parts: ReadonlyMap<string, string>,
  sql: string,
): string | undefined {
  const read = allTablesOf(sql) ?? [];
  const found = read.flatMap(({ name }) => {
    const table = parseTableId(name);
    return (table === undefined ? undefined : parts.get(dialect.tableIdentity(table))) ?? [];
  });
  if (read.length === 0 || found.length < read.length) return undefined;
  return [...new Set(found)].toSorted((left, right) => (left < right ? -1 : 1)).join(" ");
}

/**
 * A digest of each table that the state covers whole, by the name as the engine compares it; with the zone in which
 * instants become dates.
 */
async function partsOf(
  warehouse: Warehouse,
  ground: Measured,
): Promise<{ readonly parts: ReadonlyMap<string, string>; readonly dated: ReadonlyMap<string, DatedBasis> }> {
  const { runbook, state } = ground;
  const parts = new Map<string, string>();
  const dated = new Map<string, DatedBasis>();
  if ((state.drift ?? []).length > 0) return { parts, dated };
  const { tableIdentity } = warehouse.dialect;
  function add(table: TableId, content: unknown): void {
    parts.set(
      tableIdentity(table),
      digestOf(JSON.stringify([warehouse.hashTag, runbook.timeZone, table, content])),
    );
  }
  for (const { table, dateColumn, columns, outside } of await coveredTables(warehouse, ground)) {
    const shape = columns.map(({ name, type }) => [name, type]);
    const rows = datedContent(state.content.get(table));
    add(table, outside === undefined ? [shape, rows] : [shape, rows, outside]);
    const common = JSON.stringify([warehouse.hashTag, runbook.timeZone, table, dateColumn, shape]);
    dated.set(tableIdentity(table), { column: dateColumn, ...datedBasis(common, rows) });
  }
  add(runbook.calendar.table, await calendarContent(warehouse, runbook));
  add(ledgerTable(runbook.ledger, "precompute_failures"), await standingFailures(warehouse, ground));
  return { parts, dated };
}

/** The versions of a table in the order of their dates. */
function datedContent(content: ReadonlyMap<CalendarDate, RowContent> = new Map()): readonly DatedContent[] {
  return [...content]
    .map(([date, { rows, version }]) => ({ date, rows, version }))
    .toSorted((left, right) => (left.date < right.date ? -1 : 1));
}

/** What the statements of a runbook may read of the failures that stand. */
const failureColumns = ["processor_name", "entity_id", "failure_category", "failure_reason"].map(
  (name) => ({ name, type: "string" }) as const,
);

/** The failures that stand, with their reasons, which versions leave out. */
function standingFailures(warehouse: Warehouse, { runbook, state, range }: Measured): Promise<unknown> {
  const statement = {
    sql: contentByDate(warehouse.dialect, {
      from: quoteTable(warehouse.dialect, ledgerTable(runbook.ledger, "precompute_failures")),
      dateColumn: "analysis_date",
      columns: failureColumns,
    }),
    parameters: rangeOf(runbook, state, range),
    purpose: "read what the standing failures are",
  };
  return queryRows(warehouse, statement, dayShape);
}

/** The dates that the state covers. */
function rangeOf(runbook: Runbook, { calendar }: WarehouseState, range: DateRange) {
  const { from, to } = stateRange(runbook, { calendar, range });
  return {
    start_date: { type: "date", value: from },
    end_date: { type: "date", value: to },
  } as const;
}

const outsideShape = { table_name: typed.text, outside: typed.count };

type Dated = Pick<Source | Processor, "table" | "dateColumn" | "columns">;

/** A table of which every row is known; `outside` is the version of those out of the state's range, where there are any. */
type Covered = Dated & { readonly outside?: string };

/** Rows outside the range are hashed where they are at most so many times those inside, which the state has hashed. */
const mostOutside = 4;

/**
 * The tables of which every row is known, and every column is declared and reads as what it is declared as: a statement
 * may read those that are not, and versions leave them out.
 */
async function coveredTables(
  warehouse: Warehouse,
  { runbook, state, range, catalog }: Measured,
): Promise<readonly Covered[]> {
  const readable = [...runbook.sources, ...runbook.processors].filter(
    ({ table, dateColumn, columns }) =>
      dateColumn !== undated &&
      state.content.has(table) &&
      catalog.get(table)?.size === columns.length &&
      columns.every((column) => readingOfColumn(warehouse, { catalog, table, column }) === "always"),
  );
  const failures = {
    table: ledgerTable(runbook.ledger, "cascade_failures"),
    dateColumn: "analysis_date",
    columns: [],
  };
  const statement = {
    sql: rowsOutside(warehouse.dialect, [...readable, failures]),
    parameters: rangeOf(runbook, state, range),
    purpose: "look for rows outside the range",
    ofRowsAlone: true,
  };
  const rows = await queryRows(warehouse, statement, outsideShape);
  const outside = new Map(rows.map((row) => [row.table_name, row.outside]));
  if ((outside.get(failures.table) ?? 0) > 0) return [];
  const parameters = rangeOf(runbook, state, range);
  const covered = readable.map(async (dated): Promise<readonly Covered[]> => {
    const count = outside.get(dated.table) ?? 0;
    if (count === 0) return [dated];
    if (count > mostOutside * rowsOf(state.content.get(dated.table))) return [];
    const sql = contentOutside(warehouse.dialect, dated);
    const [found] = await queryRows(
      warehouse,
      { sql, parameters, purpose: "read what lies outside the range", ofRowsAlone: true },
      { version: typed.text },
    );
    return found === undefined ? [] : [{ ...dated, outside: found.version }];
  });
  return (await Promise.all(covered)).flat();
}

function rowsOf(content: ReadonlyMap<CalendarDate, RowContent> = new Map()): number {
  return [...content.values()].reduce((sum, { rows }) => sum + rows, 0);
}

const dayShape = { analysis_date: typed.date, row_count: typed.count, version: typed.text };

/** The calendar table as it is, which need not be what its origin gives. */
async function calendarContent(warehouse: Warehouse, { calendar }: Runbook): Promise<unknown> {
  const statement = {
    sql: contentByDate(warehouse.dialect, {
      from: quoteTable(warehouse.dialect, calendar.table),
      dateColumn: calendar.dateColumn,
      columns: calendarColumns(calendar),
    }),
    parameters: {
      start_date: { type: "date", value: "1000-01-01" },
      end_date: { type: "date", value: "9999-12-31" },
    },
    purpose: "read what the calendar table holds",
    ofRowsAlone: true,
  } as const;
  return queryRows(warehouse, statement, dayShape);
}
