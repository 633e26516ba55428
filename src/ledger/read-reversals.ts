import { hullOf, type CalendarDate } from "../domain/calendar-date.ts";
import type { Processor, Runbook } from "../runbook/runbook.ts";
import { writesItself } from "../runbook/writes-itself.ts";
import { keptContent } from "../sql/kept-copies.ts";
import { reversals } from "../sql/reversals.ts";
import { queryRows, typed, type ShapedRow } from "../warehouse/row-shape.ts";
import type { Parameter, Warehouse } from "../warehouse/warehouse.ts";
import type { AttemptRow } from "./append-attempts.ts";
import { readCatalog } from "./catalog.ts";
import { ledgerTable } from "./tables.ts";

/** How one partition that a run has committed goes back to what it was. */
export type Reversal = {
  readonly processor: string;
  readonly date: CalendarDate;
  /** The attempt of the run that replaced what stood; copies are kept under it. */
  readonly attempt: string;
  /** The newest attempt before it, whose failures come back; undefined where the run built the date first. */
  readonly earlier: string | undefined;
  /** What the ledger then says of the partition. */
  readonly row: AttemptRow;
  /** What its table then holds. */
  readonly rows: number;
  readonly version: string;
  /** Runs that have committed it since; what they made goes too. */
  readonly laterRuns: number;
  /** Why it cannot be restored. */
  readonly obstacle: string | undefined;
};

/** The version of no rows. */
const nothing = "";

const reversalShape = {
  processor_name: typed.text,
  analysis_date: typed.date,
  attempt_id: typed.text,
  input_fingerprint: typed.text,
  earlier_attempt: typed.nullable(typed.text),
  earlier_status: typed.nullable(typed.oneOf(["committed", "failed", "blocked"])),
  earlier_rows: typed.count,
  earlier_failures: typed.count,
  earlier_fingerprint: typed.nullable(typed.text),
  earlier_version: typed.nullable(typed.text),
  earlier_error: typed.nullable(typed.text),
  earlier_finding: typed.nullable(typed.text),
  committed_rows: typed.count,
  committed_version: typed.nullable(typed.text),
  later_runs: typed.count,
};

/** What the partitions that a run has committed were before it, by processor and date, and which cannot be restored. */
export async function readReversals(
  warehouse: Warehouse,
  runbook: Runbook,
  runId: string,
): Promise<readonly Reversal[]> {
  const catalog = await readCatalog(warehouse, runbook);
  const statement = {
    sql: reversals(warehouse.dialect, runbook.ledger),
    parameters: { run_id: { type: "string", value: runId } },
    purpose: "read what the run has replaced",
  } as const;
  const found = (await queryRows(warehouse, statement, reversalShape)).map(reversalOf);
  const known = new Map(runbook.processors.map((processor) => [processor.id, processor]));
  const hasCopies = catalog.has(ledgerTable(runbook.ledger, "cascade_kept"));
  const judged: Reversal[] = [];
  for (const [id, own] of Map.groupBy(found, ({ processor }) => processor)) {
    const processor = known.get(id);
    const kept =
      processor !== undefined && hasCopies && catalog.has(processor.table)
        ? await readKept(warehouse, runbook, { processor, reversals: own })
        : new Map<CalendarDate, string>();
    for (const reversal of own) {
      judged.push({ ...reversal, obstacle: obstacleTo(reversal, processor, kept.get(reversal.date)) });
    }
  }
  return judged;
}

function obstacleTo(
  { version }: Reversal,
  processor: Processor | undefined,
  kept: string | undefined,
): string | undefined {
  if (processor === undefined) return "the runbook has no such processor any more";
  if (writesItself(processor)) return "its command writes the table itself, and no copy is made before";
  if ((kept ?? nothing) === version) return undefined;
  return kept === undefined
    ? "no copy of what stood there is kept, or its columns have changed since"
    : "what stood there was not what had been committed";
}

const keptShape = { kept_date: typed.date, kept_by: typed.text, version: typed.text };

async function readKept(
  warehouse: Warehouse,
  { ledger }: Runbook,
  { processor, reversals: own }: { readonly processor: Processor; readonly reversals: readonly Reversal[] },
): Promise<ReadonlyMap<CalendarDate, string>> {
  const statement = {
    sql: keptContent(warehouse.dialect, ledgerTable(ledger, "cascade_kept"), processor),
    parameters: copyParameters(processor.id, own),
    purpose: `look what is kept of ${processor.id}`,
  };
  const attempts = new Map(own.map(({ date, attempt }) => [date, attempt]));
  const rows = await queryRows(warehouse, statement, keptShape);
  return new Map(
    rows
      .filter((row) => attempts.get(row.kept_date) === row.kept_by)
      .map((row) => [row.kept_date, `${warehouse.hashTag}:${row.version}`]),
  );
}

/** Parameters that name the copies of some partitions of one processor. */
export function copyParameters(
  processor: string,
  own: readonly Reversal[],
): Readonly<Record<string, Parameter>> {
  const dates = own.map(({ date }) => date);
  const hull = hullOf(dates);
  return {
    processor_name: { type: "string", value: processor },
    dates: { type: "array<date>", value: dates },
    start_date: { type: "date", value: hull?.from ?? null },
    end_date: { type: "date", value: hull?.to ?? null },
    kept_attempts: { type: "array<string>", value: own.map(({ attempt }) => attempt) },
  };
}

function reversalOf(row: ShapedRow<typeof reversalShape>): Reversal {
  const [definition = "", inputs = ""] = (row.earlier_fingerprint ?? row.input_fingerprint).split("+");
  const [rowsVersion = "", failuresVersion = ""] = (row.earlier_version ?? "+").split("+");
  const [version = nothing] = (row.committed_version ?? nothing).split("+");
  return {
    processor: row.processor_name,
    date: row.analysis_date,
    attempt: row.attempt_id,
    earlier: row.earlier_attempt,
    rows: row.committed_rows,
    version,
    laterRuns: row.later_runs,
    obstacle: undefined,
    row: {
      date: row.analysis_date,
      status: row.earlier_status ?? "committed",
      rows: row.earlier_rows,
      failures: row.earlier_failures,
      definition,
      // Without inputs a date is pending: nothing had built it.
      inputs: row.earlier_attempt === undefined ? "" : inputs,
      rowsVersion,
      failuresVersion,
      error: row.earlier_error,
      finding: row.earlier_finding,
    },
  };
}
