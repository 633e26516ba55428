import type { TableId } from "../domain/table-id.ts";
import { isColumnName, undated } from "../domain/column.ts";
import { hullOf, isWithin, type CalendarDate, type DateRange } from "../domain/calendar-date.ts";
import type { Attempt, Bookkeeping, CalendarDay, WarehouseState } from "../plan/plan.ts";
import { carryOver, formerTags } from "../plan/versions/carry-over.ts";
import type { Processor, Runbook, Source } from "../runbook/runbook.ts";
import { hashedFailure } from "../sql/content-hash.ts";
import { quoteName } from "../sql/identifiers.ts";
import { newestAttempts } from "../sql/ledger-views.ts";
import { openQueryPool } from "../warehouse/query-pool.ts";
import { queryRows, typed, type ShapedRow } from "../warehouse/row-shape.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { stateRange } from "./season-start.ts";
import { withFormerHash } from "../warehouse/former-hash.ts";
import { calendarOrigin, hasLedger, readCatalog, type Catalog } from "./catalog.ts";
import { driftOf, readingOfColumn, refuseDrift, refuseLedgerDrift } from "./drift.ts";
import { missingSources, refuseMissing } from "./missing-tables.ts";
import { contentOf, readWhole } from "./read-content.ts";
import { readCalendarDays } from "./read-calendar-days.ts";
import { readHolds } from "./read-holds.ts";
import { refuseOtherRunbook } from "./refuse-other-runbook.ts";
import { ledgerTable } from "./tables.ts";
import {
  createVersionMemory,
  readMetadata,
  readVersions,
  recallVersions,
  type ReadTable,
  type VersionMemory,
} from "./version-memory.ts";

/**
 * Reads the state for who only looks: without writing anything down, and whatever the tables of sources and processors
 * look like. What cannot be read of them is as if it were not there; `drift` tells it. Faults: as `readStateInto`, but
 * schema-drift of calendar and ledger only.
 */
export async function readState(
  warehouse: Warehouse,
  runbook: Runbook,
  range: DateRange,
): Promise<WarehouseState> {
  requireColumns(runbook);
  const catalog = await readCatalog(warehouse, runbook);
  refuseLedgerDrift(warehouse, { catalog, runbook });
  return readCarriedOver(createVersionMemory(), warehouse, { runbook, range, catalog });
}

/**
 * Reads what a plan needs that is carried out: the calendar, the content of every table by date, and the newest attempts;
 * one query per table and four for the ledger, whatever the number of dates. Where the engine tells when partitions were
 * written, two queries more find the versions that are known, and a table is asked only about the others. `range` is
 * widened to the start of its first season. What was learnt is left in `memory`.
 * Faults: schema-drift; missing-table; ledger-taken; statement-failed when the calendar cannot be read.
 */
export async function readStateInto(
  memory: VersionMemory,
  warehouse: Warehouse,
  { runbook, range, rangesOf }: Omit<StateRequest, "catalog">,
): Promise<WarehouseState> {
  requireColumns(runbook);
  const catalog = await readCatalog(warehouse, runbook);
  const sources = runbook.sources.map(({ table }) => table);
  refuseMissing(catalog, runbook, sources);
  refuseDrift(warehouse, { catalog, runbook });
  return readCarriedOver(memory, warehouse, { runbook, range, rangesOf, catalog });
}

type StateRequest = {
  readonly runbook: Runbook;
  readonly range: DateRange;
  readonly catalog: Catalog;
  /** The tables whose content is needed, and where, on a calendar; all over the whole range unless given. */
  readonly rangesOf?: ((calendar: readonly CalendarDay[]) => ReadonlyMap<TableId, DateRange>) | undefined;
};

/**
 * Reads the state; where the ledger holds versions of a former algorithm, reads the content once more as that one hashes
 * it, and tells what still holds in versions of the present one.
 */
async function readCarriedOver(
  memory: VersionMemory,
  warehouse: Warehouse,
  request: StateRequest,
): Promise<WarehouseState> {
  let state = await readTables(memory, warehouse, request);
  for (const tag of formerTags(state)) {
    const formerly = withFormerHash(warehouse, tag);
    if (formerly === undefined) continue;
    const former = await readTables(createVersionMemory(), formerly, request);
    state = carryOver(request.runbook, state, former);
  }
  return state;
}

async function readTables(
  memory: VersionMemory,
  warehouse: Warehouse,
  { runbook, range, rangesOf, catalog }: StateRequest,
): Promise<WarehouseState> {
  await refuseOtherRunbook(warehouse, catalog, runbook);
  const readable = [...runbook.sources, ...runbook.processors].flatMap(
    (table) => readablePart(warehouse, catalog, table) ?? [],
  );
  const metadata = await readMetadata(warehouse, memory, [
    ...new Set([
      ...readable.map(({ table }) => table),
      ...calendarOrigin(runbook).filter((table) => catalog.has(table)),
    ]),
  ]);
  const calendar = await readCalendar(warehouse, runbook, catalog);
  const needed = rangesOf?.(calendar);
  const whole = stateRange(runbook, { calendar, range });
  const reach = needed === undefined ? whole : (hullOf(endsOf(needed.values())) ?? whole);
  const present = readable.filter(({ table }) => needed?.has(table) !== false);
  await using pool = openQueryPool(warehouse);
  memory.isRecordable = catalog.has(ledgerTable(runbook.ledger, "cascade_versions"));
  const recall = { ledger: runbook.ledger, tables: present, range: reach };
  const recalling =
    metadata !== undefined && memory.isRecordable && present.length > 0
      ? recallVersions(pool, memory, recall)
      : undefined;
  const [ledger, held, ...contents] = await Promise.all([
    hasLedger(catalog, runbook)
      ? readLedger(pool, runbook, reach)
      : new Map<string, ReadonlyMap<CalendarDate, Bookkeeping>>(),
    catalog.has(ledgerTable(runbook.ledger, "cascade_gates"))
      ? readHolds(pool, runbook, reach)
      : new Map<string, ReadonlyMap<CalendarDate, string>>(),
    ...present.map(async (read) => {
      if (read.dateColumn === undated) return readWhole(pool, read, datesIn(calendar, reach));
      await recalling;
      return readVersions(pool, memory, { read, range: needed?.get(read.table) ?? reach, metadata });
    }),
  ]);
  const content = new Map(present.map(({ table }, index) => [table, contents[index] ?? new Map()]));
  const missing = missingSources(catalog, runbook).map(({ text }) => text);
  const drift = [...missing, ...driftOf(warehouse, { catalog, runbook })];
  return { hashTag: warehouse.hashTag, calendar, content, ledger, held, drift };
}

function endsOf(ranges: Iterable<DateRange>): readonly CalendarDate[] {
  return [...ranges].flatMap(({ from, to }) => [from, to]);
}

function datesIn(calendar: readonly CalendarDay[], range: DateRange): readonly CalendarDate[] {
  return calendar.map(({ date }) => date).filter((date) => isWithin(date, range));
}

/** What can be read of a table by date: its columns that exist; nothing when it, or its date as a date, does not. */
function readablePart(
  warehouse: Warehouse,
  catalog: Catalog,
  { table, dateColumn, columns }: Source | Processor,
): ReadTable | undefined {
  const found = columns.filter(
    (column) => readingOfColumn(warehouse, { catalog, table, column }) !== undefined,
  );
  if (!isColumnName(dateColumn)) return found.length > 0 ? { table, dateColumn, columns: found } : undefined;
  const isDated = found.some(
    (column) =>
      column.name === dateColumn && readingOfColumn(warehouse, { catalog, table, column }) !== "never",
  );
  return isDated ? { table, dateColumn, columns: found } : undefined;
}

async function readCalendar(
  warehouse: Warehouse,
  runbook: Runbook,
  catalog: Catalog,
): Promise<readonly CalendarDay[]> {
  refuseMissing(catalog, runbook, calendarOrigin(runbook));
  return readCalendarDays(warehouse, runbook);
}

const attemptShape = {
  processor_name: typed.text,
  analysis_date: typed.date,
  attempt_id: typed.text,
  status: typed.oneOf(["committed", "failed", "blocked"]),
  committed_rows: typed.count,
  committed_failures: typed.count,
  input_fingerprint: typed.text,
  committed_version: typed.text,
  error: typed.nullable(typed.text),
  finding: typed.nullable(typed.text),
  alike: typed.count,
  row_count: typed.count,
  version: typed.text,
};

/** The newest attempts and their failures as they stand, by processor and date, within `range`; one query. */
export async function readLedger(
  warehouse: Warehouse,
  runbook: Runbook,
  range: DateRange,
): Promise<ReadonlyMap<string, ReadonlyMap<CalendarDate, Bookkeeping>>> {
  const parameters = {
    start_date: { type: "date", value: range.from },
    end_date: { type: "date", value: range.to },
  } as const;
  const sql = ledgerQuery(warehouse, runbook.ledger);
  const rows = await queryRows(
    warehouse,
    { sql, parameters, purpose: "read the ledger", ofRowsAlone: true },
    attemptShape,
  );
  const ledger = new Map<string, Map<CalendarDate, Bookkeeping>>();
  for (const row of rows) {
    const { processor_name: processor, analysis_date: date } = row;
    const byDate = ledger.get(processor) ?? new Map<CalendarDate, Bookkeeping>();
    byDate.set(date, { attempt: attemptOf(row), failures: contentOf(warehouse, row) });
    ledger.set(processor, byDate);
  }
  return ledger;
}

/** The beginning of an error names the check; what follows may name what differs from try to try. */
const errorStartLength = 40;
const errorStart = `substr(coalesce(error, ''), 1, ${errorStartLength})`;

/** Newest attempts joined to the failure rows that stand for them, and to how many attempts ended alike. */
function ledgerQuery(warehouse: Warehouse, dataset: string): string {
  const ledger = quoteName(warehouse.dialect, dataset);
  return `with newest_attempt as (
${newestAttempts(warehouse.dialect, dataset, "analysis_date between @start_date and @end_date")}
),
alike_attempt as (
  select
    processor_name,
    analysis_date,
    status,
    input_fingerprint,
    version,
    ${errorStart} as error_start,
    count(*) as alike
  from ${ledger}.cascade_partitions
  where analysis_date between @start_date and @end_date
  group by 1, 2, 3, 4, 5, 6
),
standing_failure as (
  select
    processor_name,
    analysis_date,
    attempt_id,
    count(*) as row_count,
    ${warehouse.dialect.contentHash(hashedFailure("entity_id"))} as version
  from ${ledger}.cascade_failures
  where analysis_date between @start_date and @end_date
  group by 1, 2, 3
)
select
  newest_attempt.processor_name,
  cast(newest_attempt.analysis_date as string) as analysis_date,
  newest_attempt.attempt_id,
  newest_attempt.status,
  newest_attempt.row_count as committed_rows,
  newest_attempt.failure_count as committed_failures,
  newest_attempt.input_fingerprint,
  newest_attempt.version as committed_version,
  newest_attempt.error,
  newest_attempt.finding,
  alike_attempt.alike,
  coalesce(standing_failure.row_count, 0) as row_count,
  coalesce(standing_failure.version, '0:0:0') as version
from newest_attempt
join alike_attempt
  on alike_attempt.processor_name = newest_attempt.processor_name
  and alike_attempt.analysis_date = newest_attempt.analysis_date
  and alike_attempt.status = newest_attempt.status
  and alike_attempt.input_fingerprint = newest_attempt.input_fingerprint
  and alike_attempt.version = newest_attempt.version
  and alike_attempt.error_start = substr(coalesce(newest_attempt.error, ''), 1, ${errorStartLength})
left join standing_failure
  on standing_failure.processor_name = newest_attempt.processor_name
  and standing_failure.analysis_date = newest_attempt.analysis_date
  and standing_failure.attempt_id = newest_attempt.attempt_id`;
}

function attemptOf(row: ShapedRow<typeof attemptShape>): Attempt {
  const [rowsVersion = "", failuresVersion = ""] = row.committed_version.split("+");
  const [definition = "", inputs = ""] = row.input_fingerprint.split("+");
  return {
    id: row.attempt_id,
    status: row.status,
    rows: row.committed_rows,
    failures: row.committed_failures,
    rowsVersion,
    failuresVersion,
    definition,
    inputs,
    error: row.error,
    ...(row.status === "committed" ? { finding: row.finding } : {}),
    alike: row.alike,
  };
}

function requireColumns({ name, draft }: Runbook): void {
  if (draft !== undefined)
    throw new Error(`The columns of ${name} were not described: ${draft.open.join(", ")}`);
}
