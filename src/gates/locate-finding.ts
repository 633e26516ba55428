import type { TableId } from "../domain/table-id.ts";
import { tablesOf } from "../domain/sql-tokens.ts";
import { ledgerTable } from "../ledger/tables.ts";
import { inCascadeOrder, type Finding } from "./finding.ts";
import type { GateScope } from "./gate-scope.ts";

/** Questions that failed, by the table that they were about; those that a stale calendar forbids are the calendar's. */
export function failedFindings(
  scope: GateScope,
  failed: readonly { readonly table: string; readonly message: string }[],
): readonly Finding[] {
  return failed.map(({ table, message }) => {
    const isCalendar = message === scope.calendarFault;
    return {
      kind: "check-failed",
      table: isCalendar ? scope.runbook.calendar.table : table,
      date: undefined,
      place: isCalendar ? "" : table,
      found: message,
    };
  });
}

/** A table that was looked at; the processor is undefined of a source. */
export type CheckedTable = { readonly table: string; readonly processor: string | undefined };

/** The table of a processor by id. */
export function tableOf({ runbook }: Pick<GateScope, "runbook">, processor: string): TableId {
  const table = runbook.processors.find(({ id }) => id === processor)?.table;
  if (table === undefined) throw new Error(`The runbook has no processor "${processor}"`);
  return table;
}

/**
 * A violation of a relation that the processor declares. It lies in the last of the tables that it reads; one that reads
 * neither the processor's table nor its failures names those it reads.
 */
export function relationFinding(
  { runbook }: GateScope,
  { processor, table: own }: CheckedTable,
  { name, date, found }: { readonly name: string; readonly date: string | undefined; readonly found: string },
): Finding | undefined {
  const relations = runbook.processors.find(({ id }) => id === processor)?.relations ?? [];
  const relation = relations.find((candidate) => candidate.name === name);
  if (relation === undefined) return undefined;
  const failures = ledgerTable(runbook.ledger, "precompute_failures");
  const read = tablesOf(relation.sql.text)
    .filter((table) => table !== runbook.calendar.table)
    .map((table) => (table === failures ? own : table));
  const tables = inCascadeOrder(runbook, [...new Set(read)]);
  const place = tables.includes(own) ? (processor ?? own) : tables.join(" and ");
  return { kind: "relation", table: tables.at(-1) ?? own, date, place, found };
}

/** How messages name a table: its processor by id, a source by its own name. */
export function placeOf({ table, processor }: CheckedTable): string {
  return processor ?? table;
}
