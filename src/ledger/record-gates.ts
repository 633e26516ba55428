import type { CalendarDate, DateRange } from "../domain/calendar-date.ts";
import { parseTableId, type TableId } from "../domain/table-id.ts";
import { gateStatuses, type GateStatus } from "../domain/verdict.ts";
import { quoteTable } from "../sql/identifiers.ts";
import { noEarlier } from "../sql/writing-time.ts";
import { newestGates } from "../sql/ledger-gates.ts";
import { queryRows, typed } from "../warehouse/row-shape.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { ledgerTable } from "./tables.ts";

/** Partitions that a gate holds back: dates of a table; `processor` is undefined when it is a source. */
export type HeldDates = {
  readonly table: TableId;
  readonly processor: string | undefined;
  readonly dates: readonly CalendarDate[];
};

/** What one gate said, as the ledger keeps it. */
export type GateRecord = {
  readonly runId: string;
  readonly gate: string;
  readonly kind: string;
  readonly status: GateStatus;
  readonly blocking: boolean;
  readonly range: DateRange;
  readonly held: readonly HeldDates[];
  /** JSON. */
  readonly detail: string;
  readonly checkedAt: Date;
};

/** Enters a gate's result into `cascade_gates`; results are appended, the newest counts. */
export async function recordGate(warehouse: Warehouse, ledger: string, record: GateRecord): Promise<void> {
  const table = quoteTable(warehouse.dialect, ledgerTable(ledger, "cascade_gates"));
  await warehouse.execute([
    {
      sql: `insert into ${table}
  (run_id, gate, kind, status, blocking, start_date, end_date, blocked_dates, detail, checked_at)
select
  @run_id, @gate, @kind, @status, @blocking, @start_date, @end_date, @blocked_dates, @detail,
  ${noEarlier(warehouse.dialect, "@checked_at", "latest")}
from (select max(checked_at) as latest from ${table} where gate = @gate) as known`,
      parameters: {
        run_id: { type: "string", value: record.runId },
        gate: { type: "string", value: record.gate },
        kind: { type: "string", value: record.kind },
        status: { type: "string", value: record.status },
        blocking: { type: "bool", value: record.blocking },
        start_date: { type: "date", value: record.range.from },
        end_date: { type: "date", value: record.range.to },
        blocked_dates: { type: "string", value: JSON.stringify(record.held) },
        detail: { type: "string", value: record.detail },
        checked_at: { type: "timestamp", value: record.checkedAt.toISOString() },
      },
      purpose: `enter the gate ${record.gate} into the ledger`,
    },
  ]);
}

const gateShape = {
  gate: typed.text,
  kind: typed.text,
  status: typed.oneOf(gateStatuses),
  blocking: typed.boolean,
  start_date: typed.date,
  end_date: typed.date,
  blocked_dates: typed.text,
  detail: typed.text,
  checked_at: typed.instant,
};

/** The newest result of every gate of one run; a gate without a result is absent and has passed nothing. */
export async function readGates(
  warehouse: Warehouse,
  ledger: string,
  runId: string,
): Promise<ReadonlyMap<string, GateRecord>> {
  const statement = {
    sql: newestGates(warehouse.dialect, ledger),
    parameters: { run_id: { type: "string", value: runId } },
    purpose: "read the gates of the run",
  } as const;
  const rows = await queryRows(warehouse, statement, gateShape);
  return new Map(
    rows.map((row) => [
      row.gate,
      {
        runId,
        gate: row.gate,
        kind: row.kind,
        status: row.status,
        blocking: row.blocking,
        range: { from: row.start_date, to: row.end_date },
        held: parseHeld(row.blocked_dates),
        detail: row.detail,
        checkedAt: row.checked_at,
      },
    ]),
  );
}

/** What a gate holds back, from the JSON in which the ledger keeps it. */
function parseHeld(text: string): readonly HeldDates[] {
  const written = JSON.parse(text) as readonly (Omit<HeldDates, "table"> & { readonly table: string })[];
  return written.map((held) => {
    const table = parseTableId(held.table);
    if (table === undefined) throw new Error(`The ledger holds dates of "${held.table}", which is no table`);
    return { ...held, table };
  });
}
