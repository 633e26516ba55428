import type { CalendarDate, DateRange } from "../domain/calendar-date.ts";
import { quoteTable } from "../sql/identifiers.ts";
import { newestGates } from "../sql/ledger-gates.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { ledgerTable } from "./tables.ts";

/** Partitions that a gate holds back: dates of a table; `processor` is undefined when it is a source. */
export type HeldDates = {
  readonly table: string;
  readonly processor: string | undefined;
  readonly dates: readonly CalendarDate[];
};

/** What one gate said, as the ledger keeps it. */
export type GateRecord = {
  readonly runId: string;
  readonly gate: string;
  readonly kind: string;
  readonly status: "passed" | "warned" | "blocked" | "check-failed";
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
values
  (@run_id, @gate, @kind, @status, @blocking, @start_date, @end_date, @blocked_dates, @detail, @checked_at)`,
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

/** The newest result of every gate of one run; a gate without a result is absent and has passed nothing. */
export async function readGates(
  warehouse: Warehouse,
  ledger: string,
  runId: string,
): Promise<ReadonlyMap<string, GateRecord>> {
  const rows = await warehouse.query({
    sql: newestGates(warehouse.dialect, ledger),
    parameters: { run_id: { type: "string", value: runId } },
    purpose: "read the gates of the run",
  });
  return new Map(
    rows.map((row) => [
      String(row["gate"]),
      {
        runId,
        gate: String(row["gate"]),
        kind: String(row["kind"]),
        status: String(row["status"]) as GateRecord["status"],
        blocking: row["blocking"] === true,
        range: {
          from: String(row["start_date"]) as CalendarDate,
          to: String(row["end_date"]) as CalendarDate,
        },
        held: JSON.parse(String(row["blocked_dates"])) as readonly HeldDates[],
        detail: String(row["detail"]),
        checkedAt: new Date(String(row["checked_at"])),
      },
    ]),
  );
}
