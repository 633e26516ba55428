import type { CalendarDate } from "../../domain/calendar-date.ts";
import { duckdb } from "../../sql/duckdb.ts";
import { ledgerShapes, ledgerTable } from "../../ledger/tables.ts";
import type { Processor, Runbook } from "../../runbook/runbook.ts";
import { quoteDate, quoteName, quoteTable } from "../../sql/identifiers.ts";
import type { Extract } from "./artifact-folder.ts";

/** Everything that a runbook computes and records: the tables of its processors and its ledger. */
export function extractState(runbook: Runbook): readonly Extract[] {
  const tables = [
    ...runbook.processors.map(({ table }) => table),
    ...ledgerShapes(runbook.ledger).map(({ table }) => table),
  ];
  return tables.map((table) => ({ table, query: `select * from ${quoteTable(duckdb, table)}` }));
}

/** The raw tables. */
export function extractSources(runbook: Runbook): readonly Extract[] {
  return runbook.sources.map(({ table }) => ({
    table,
    query: `select * from ${quoteTable(duckdb, table)}`,
  }));
}

/** What one attempt at a cell left: the partitions that it committed, and its ledger rows. */
export function extractCell(
  runbook: Runbook,
  processor: Processor,
  left: { readonly attempts: readonly string[]; readonly committed: readonly CalendarDate[] },
): readonly Extract[] {
  const { ledger } = runbook;
  const date = quoteName(duckdb, processor.dateColumn);
  const attempts = ["cascade_partitions", "cascade_failures", "cascade_audits", "cascade_changes"] as const;
  return [
    {
      table: processor.table,
      query: `select * from ${quoteTable(duckdb, processor.table)} where ${date} in (${dateList(left.committed)})`,
    },
    ...attempts.map((name) => ({
      table: ledgerTable(ledger, name),
      query: `select * from ${quoteTable(duckdb, ledgerTable(ledger, name))} where attempt_id in (${textList(left.attempts)})`,
    })),
  ];
}

/** The results of one gate in one run. */
export function extractGate(runbook: Runbook, gate: string, runId: string): readonly Extract[] {
  const table = ledgerTable(runbook.ledger, "cascade_gates");
  const query = `select * from ${quoteTable(duckdb, table)} where run_id = ${duckdb.quoteText(runId)} and gate = ${duckdb.quoteText(gate)}`;
  return [{ table, query }];
}

/** Dates as literals; an empty list matches nothing. */
export function dateList(dates: readonly CalendarDate[]): string {
  return dates.length === 0 ? "null" : dates.map((date) => quoteDate(duckdb, date)).join(", ");
}

/** Ids of our own making as literals. */
function textList(ids: readonly string[]): string {
  return ids.length === 0 ? "null" : ids.map(duckdb.quoteText).join(", ");
}
