import type { CalendarDate } from "../../domain/calendar-date.ts";
import type { TableId } from "../../domain/table-id.ts";
import type { Runbook } from "../../runbook/runbook.ts";
import type { RowContent, WarehouseState } from "../plan.ts";
import type { Timeline } from "../calendar/timeline.ts";
import { createVersionSums, type VersionSums } from "./version-sums.ts";

/** Version sums of one table: of its rows, and of its failures as they stand (empty but for processors). */
export type TableSums = { readonly rows: VersionSums; readonly failures: VersionSums };

/** The sums of every table of the runbook; the calendar counts as a table of one row a date. */
export function createTableSums(
  runbook: Runbook,
  state: Pick<WarehouseState, "content" | "ledger">,
  timeline: Timeline,
): ReadonlyMap<TableId, TableSums> {
  const { dates } = timeline;
  function sumsOf(
    table: TableId,
    rows: readonly (RowContent | undefined)[],
    failures: readonly (RowContent | undefined)[] = [],
  ): readonly [TableId, TableSums] {
    const rowSums = createVersionSums(`${table} rows`, dates, rows);
    return [table, { rows: rowSums, failures: createVersionSums(`${table} failures`, dates, failures) }];
  }
  function rowsOf(table: TableId): readonly (RowContent | undefined)[] {
    const contents = state.content.get(table);
    return dates.map((date) => contents?.get(date));
  }
  const days = timeline.days.map((day) => day && { rows: 1, version: day.version });
  return new Map([
    ...runbook.sources.map(({ table }) => sumsOf(table, rowsOf(table))),
    ...runbook.processors.map(({ id, table }) => {
      return sumsOf(table, rowsOf(table), failuresOf(state.ledger.get(id), dates));
    }),
    sumsOf(runbook.calendar.table, days),
  ]);
}

function failuresOf(
  ledger: ReadonlyMap<CalendarDate, { readonly failures: RowContent }> | undefined,
  dates: readonly CalendarDate[],
): readonly (RowContent | undefined)[] {
  return dates.map((date) => ledger?.get(date)?.failures);
}
