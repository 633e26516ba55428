import { hullOf, type CalendarDate } from "../domain/calendar-date.ts";
import type { Trust, TrustFinding } from "../domain/trust.ts";
import type { TableId } from "../domain/table-id.ts";
import { appendTrust, forgetTrust, recordedTrust } from "../sql/trust.ts";
import { queryRows, typed } from "../warehouse/row-shape.ts";
import type { Statement, Warehouse } from "../warehouse/warehouse.ts";
import type { Selection } from "../plan/plan.ts";
import { slicesOf } from "./slices.ts";
import { ledgerTable } from "./tables.ts";

/** Rows that one statement records: BigQuery takes 10 MB of a request, parameters included. */
const mostRecorded = 5000;

const trustShape = {
  table_name: typed.text,
  analysis_date: typed.date,
  state: typed.text,
  since: typed.instant,
};

/** What a look found, when it began, and what it was asked for. */
export type TrustLook = {
  readonly found: readonly TrustFinding[];
  readonly lookedAt: Date;
  readonly selection: Pick<Selection, "range" | "dates">;
};

/**
 * Enters what a look found, then forgets older looks at the same: readers never see nothing. `lookedAt` is when the look
 * began, so that what was built meanwhile is not taken for looked at.
 */
export async function recordTrust(warehouse: Warehouse, ledger: string, look: TrustLook): Promise<void> {
  const { found, lookedAt } = look;
  if (found.length === 0) return;
  const store = ledgerTable(ledger, "cascade_trust");
  const looked_at = { type: "timestamp", value: lookedAt.toISOString() } as const;
  const entries = slicesOf(found, mostRecorded).map((slice) => ({
    sql: appendTrust(warehouse.dialect, store),
    parameters: { ...arraysOf(slice), looked_at },
    purpose: "record what readers may rely on",
  }));
  const forgetting = {
    sql: forgetTrust(warehouse.dialect, store),
    parameters: { ...extentOf(look), looked_at },
    purpose: "forget what earlier looks found",
  };
  await warehouse.execute([...entries, forgetting]);
}

function extentOf({ found, selection }: TrustLook): NonNullable<Statement["parameters"]> {
  const dates = [...new Set(found.map(({ date }) => date))];
  const { from, to } = selection.range;
  const hull = hullOf([...dates, from, to]) ?? selection.range;
  return {
    tables: { type: "array<string>", value: [...new Set(found.map(({ table }) => table))] },
    start_date: { type: "date", value: hull.from },
    end_date: { type: "date", value: hull.to },
    is_whole: { type: "bool", value: selection.dates === undefined },
    dates: { type: "array<date>", value: dates },
  };
}

function arraysOf(slice: readonly TrustFinding[]): NonNullable<Statement["parameters"]> {
  return {
    table_name: { type: "array<string>", value: slice.map(({ table }) => table) },
    analysis_date: { type: "array<date>", value: slice.map(({ date }) => date) },
    processor_name: { type: "array<string>", value: slice.map(({ processor }) => processor ?? "") },
    state: { type: "array<string>", value: slice.map(({ state }) => state) },
    why: { type: "array<string>", value: slice.map(({ why }) => why) },
    run_id: { type: "array<string>", value: slice.map(({ run }) => run ?? "") },
  };
}

/** What was found with since when it is so: where no look is recorded, or another state, since `lookedAt`. The ledger must have the table. */
export async function withBeginnings(
  warehouse: Warehouse,
  ledger: string,
  { found, lookedAt }: Pick<TrustLook, "found" | "lookedAt">,
): Promise<readonly Trust[]> {
  const range = hullOf(found.map(({ date }) => date));
  if (range === undefined) return [];
  const known = await readBeginnings(warehouse, ledger, {
    tables: [...new Set(found.map(({ table }) => table))],
    range,
  });
  return found.map((one) => {
    const before = known.get(one.table)?.get(one.date);
    const isSame = before?.state === one.state;
    return { ...one, since: (isSame ? before.since : lookedAt).toISOString() };
  });
}

type Beginning = { readonly state: string; readonly since: Date };

async function readBeginnings(
  warehouse: Warehouse,
  ledger: string,
  {
    tables,
    range,
  }: { readonly tables: readonly TableId[]; readonly range: NonNullable<ReturnType<typeof hullOf>> },
): Promise<ReadonlyMap<string, ReadonlyMap<CalendarDate, Beginning>>> {
  const statement: Statement = {
    sql: recordedTrust(warehouse.dialect, ledgerTable(ledger, "cascade_trust")),
    parameters: {
      start_date: { type: "date", value: range.from },
      end_date: { type: "date", value: range.to },
      tables: { type: "array<string>", value: tables },
    },
    purpose: "read since when readers may rely on what",
  };
  const known = new Map<string, Map<CalendarDate, Beginning>>();
  for (const row of await queryRows(warehouse, statement, trustShape)) {
    const dates = known.get(row.table_name) ?? new Map<CalendarDate, Beginning>();
    known.set(row.table_name, dates.set(row.analysis_date, { state: row.state, since: row.since }));
  }
  return known;
}
