import type { DateRange } from "../domain/calendar-date.ts";
import { formatSome } from "../domain/format.ts";
import type { WarehouseState } from "../plan/plan.ts";
import type { Runbook } from "../runbook/runbook.ts";
import { calendarColumns, contentByDate } from "../sql/content-hash.ts";
import { quoteTable } from "../sql/identifiers.ts";
import type { Statement, Warehouse } from "../warehouse/warehouse.ts";
import { typed } from "../warehouse/row-shape.ts";
import { askWarehouse } from "./ask-warehouse.ts";

const versionShape = { analysis_date: typed.date, version: typed.text };

/**
 * Why the calendar table must not be read over the range: it differs from what its origin gives now (`run` brings it
 * up to date), or cannot be read. Undefined when it is current. One query.
 */
export async function staleCalendar(
  warehouse: Warehouse,
  { runbook, state, range }: { runbook: Runbook; state: WarehouseState; range: DateRange },
): Promise<string | undefined> {
  const { calendar } = runbook;
  const question: Statement = {
    sql: contentByDate(warehouse.dialect, {
      from: quoteTable(warehouse.dialect, calendar.table),
      dateColumn: calendar.dateColumn,
      columns: calendarColumns(calendar),
    }),
    parameters: {
      start_date: { type: "date", value: range.from },
      end_date: { type: "date", value: range.to },
    },
    purpose: `read the versions of ${calendar.table}`,
    ofRowsAlone: true,
  };
  const answer = await askWarehouse(warehouse, question, versionShape);
  if (answer.kind === "check-failed") return answer.message;
  const held = new Map(answer.rows.map((row) => [row.analysis_date, row.version]));
  const wanted = state.calendar.filter(({ date }) => range.from <= date && date <= range.to);
  const changed = wanted.filter(({ date, version }) => held.get(date) !== version).map(({ date }) => date);
  const known = new Set<string>(wanted.map(({ date }) => date));
  const gone = [...held.keys()].filter((date) => !known.has(date));
  const stale = [...changed, ...gone].toSorted();
  if (stale.length === 0) return undefined;
  return `${calendar.table} ${formatSome(stale, { limit: 1 })}: not what its origin gives now; bring it up to date with a run`;
}
