import { isWithin, type CalendarDate, type DateRange } from "../domain/calendar-date.ts";
import { undated } from "../domain/column.ts";
import { parseTableId, type TableId } from "../domain/table-id.ts";
import type { Selection, WarehouseState } from "../plan/plan.ts";
import type { Runbook } from "../runbook/runbook.ts";
import { appendVolumes, recordedVolumes } from "../sql/recorded-volumes.ts";
import { queryRows, typed } from "../warehouse/row-shape.ts";
import type { Statement, Warehouse } from "../warehouse/warehouse.ts";
import { stateRange } from "./season-start.ts";
import { slicesOf } from "./slices.ts";
import { ledgerTable } from "./tables.ts";

/** Rows of sources by date, as the last run found them that did not miss any. */
type Volumes = ReadonlyMap<TableId, ReadonlyMap<CalendarDate, number>>;

const volumeShape = { table_name: typed.text, analysis_date: typed.date, row_count: typed.count };

/** Rows that one statement records: BigQuery takes 10 MB of a request, parameters included. */
const mostRecorded = 20_000;

/** Whether a date of a source has lost more than half of the rows that it had. */
export function hasVanished({ rows, earlier }: { readonly rows: number; readonly earlier: number }): boolean {
  return 2 * rows < earlier;
}

/** What the ledger has recorded of sources within a range; one query, and the ledger must have the table. */
export async function readVolumes(
  warehouse: Warehouse,
  {
    ledger,
    tables,
    range,
  }: { readonly ledger: string; readonly tables: readonly TableId[]; readonly range: DateRange },
): Promise<Volumes> {
  const statement: Statement = {
    sql: recordedVolumes(warehouse.dialect, ledgerTable(ledger, "cascade_volumes")),
    parameters: {
      start_date: { type: "date", value: range.from },
      end_date: { type: "date", value: range.to },
      tables: { type: "array<string>", value: tables },
    },
    purpose: "read how many rows the sources had",
  };
  const volumes = new Map<TableId, Map<CalendarDate, number>>();
  for (const row of await queryRows(warehouse, statement, volumeShape)) {
    const table = parseTableId(row.table_name);
    if (table === undefined) continue;
    const dates = volumes.get(table) ?? new Map<CalendarDate, number>();
    volumes.set(table, dates.set(row.analysis_date, row.row_count));
  }
  return volumes;
}

type VolumeRow = { readonly table: TableId; readonly date: CalendarDate; readonly rows: number };

/**
 * Enters into the ledger how many rows a run finds in its sources, where that is new. A date that has lost more than half
 * keeps what it had, so that it is told until its rows are back; where the run may replace rows by none, what is there
 * now is right. One query, and a statement for each 20,000 dates that are new.
 */
export async function recordVolumes(
  warehouse: Warehouse,
  runbook: Runbook,
  { state, selection, reach, now }: VolumeRequest,
): Promise<void> {
  const { sources, ledger } = runbook;
  const tables = sources
    .filter(({ table, dateColumn }) => dateColumn !== undated && state.content.has(table))
    .map(({ table }) => table);
  if (tables.length === 0) return;
  const range = stateRange(runbook, { calendar: state.calendar, range: reach });
  const known = await readVolumes(warehouse, { ledger, tables, range });
  const rows = tables.flatMap((table) =>
    newVolumes({ table, state, earlier: known.get(table) ?? new Map<CalendarDate, number>(), selection }),
  );
  const sql = appendVolumes(warehouse.dialect, ledgerTable(ledger, "cascade_volumes"));
  const statements = slicesOf(rows, mostRecorded).map((slice) => ({
    sql,
    parameters: {
      table_name: { type: "array<string>", value: slice.map(({ table }) => table) },
      analysis_date: { type: "array<date>", value: slice.map(({ date }) => date) },
      row_count: { type: "array<int64>", value: slice.map((row) => row.rows) },
      recorded_at: { type: "timestamp", value: now.toISOString() },
    } as const,
    purpose: "record how many rows the sources have",
  }));
  if (statements.length > 0) await warehouse.execute(statements);
}

/** What a run was asked for, the state that it read, and the range over which it did. */
type VolumeRequest = {
  readonly state: WarehouseState;
  readonly selection: Selection;
  readonly reach: DateRange;
  readonly now: Date;
};

function newVolumes({
  table,
  state,
  earlier,
  selection,
}: Pick<VolumeRequest, "state" | "selection"> & {
  readonly table: TableId;
  readonly earlier: ReadonlyMap<CalendarDate, number>;
}): readonly VolumeRow[] {
  const content = state.content.get(table);
  const dates = new Set([...(content?.keys() ?? []), ...earlier.keys()]);
  return [...dates].flatMap((date) => {
    const [rows, before] = [content?.get(date)?.rows ?? 0, earlier.get(date) ?? 0];
    const isTold = hasVanished({ rows, earlier: before }) && !mayVanish(selection, date);
    return rows === before || isTold ? [] : [{ table, date, rows }];
  });
}

function mayVanish({ allowEmpty = false, range, dates }: Selection, date: CalendarDate): boolean {
  return allowEmpty && isWithin(date, range) && (dates?.includes(date) ?? true);
}
