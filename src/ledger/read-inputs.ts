import { hullOf, type CalendarDate } from "../domain/calendar-date.ts";
import type { TableId } from "../domain/table-id.ts";
import type { InputReach } from "../plan/input-reach.ts";
import type { RowContent, WarehouseState } from "../plan/plan.ts";
import type { FingerprintState } from "../plan/window-fingerprint.ts";
import type { Runbook } from "../runbook/runbook.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { readCalendarDays, readContent, readLedger } from "./read-state.ts";

/**
 * Reads again what the fingerprints of some partitions are made of, within `reach`: a query per table, one for the
 * failures when they are read, one for the calendar when it comes from a query. A source that `known` lacks did not
 * exist and is left out.
 */
export async function readInputs(
  warehouse: Warehouse,
  runbook: Runbook,
  { reach, known }: { readonly reach: ReadonlyMap<TableId, InputReach>; readonly known: WarehouseState },
): Promise<FingerprintState> {
  const content = new Map<TableId, ReadonlyMap<CalendarDate, RowContent>>();
  for (const [table, { producer, range }] of reach) {
    if (producer.kind === "processor") {
      content.set(table, await readContent(warehouse, producer.processor, range));
    } else if (producer.kind === "source" && known.content.has(table)) {
      content.set(table, await readContent(warehouse, producer.source, range));
    }
  }
  const ranges = [...reach.values()].filter(({ failures }) => failures).map(({ range }) => range);
  const failing = hullOf(ranges.flatMap(({ from, to }) => [from, to]));
  const ledger = failing === undefined ? new Map() : await readLedger(warehouse, runbook, failing);
  const isFixed = runbook.calendar.origin.kind === "rule";
  const calendar = isFixed ? known.calendar : await readCalendarDays(warehouse, runbook);
  return { calendar, content, ledger };
}
