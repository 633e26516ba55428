import { undated } from "../domain/column.ts";
import { readWhole } from "./read-content.ts";
import { hullOf, isWithin, type CalendarDate, type DateRange } from "../domain/calendar-date.ts";
import type { TableId } from "../domain/table-id.ts";
import type { InputReach } from "../plan/upstream/input-reach.ts";
import type { RowContent, WarehouseState } from "../plan/plan.ts";
import type { FingerprintState } from "../plan/versions/window-fingerprint.ts";
import type { Runbook } from "../runbook/runbook.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { calendarOrigin } from "./catalog.ts";
import { readCalendarDays } from "./read-calendar-days.ts";
import { readLedger } from "./read-state.ts";
import {
  areUnwritten,
  readMetadata,
  readVersions,
  type ReadTable,
  type VersionMemory,
} from "./version-memory.ts";

type InputRequest = {
  readonly reach: ReadonlyMap<TableId, InputReach>;
  readonly known: WarehouseState;
  readonly memory: VersionMemory;
};

/**
 * Reads again what the fingerprints of some partitions are made of, within `reach`: a query for when partitions were
 * written, one per table that was written since `memory` learnt of it, one for the failures when they are read, one for
 * the calendar when what it is made of was written. Without metadata, one per table and calendar. A source that `known`
 * lacks did not exist and is left out.
 */
export async function readInputs(
  warehouse: Warehouse,
  runbook: Runbook,
  { reach, known, memory }: InputRequest,
): Promise<FingerprintState> {
  const origin = calendarOrigin(runbook);
  const tables = [...reach.values()].flatMap(
    ({ producer, range }): { read: ReadTable; range: DateRange }[] => {
      if (producer.kind === "processor") return [{ range, read: producer.processor }];
      const isThere = producer.kind === "source" && known.content.has(producer.source.table);
      return isThere ? [{ range, read: producer.source }] : [];
    },
  );
  const asked = [...new Set([...tables.map(({ read }) => read.table), ...origin])];
  const metadata = await readMetadata(warehouse, memory, asked);
  const content = new Map<TableId, ReadonlyMap<CalendarDate, RowContent>>();
  for (const { range, read } of tables) {
    const dates = known.calendar.map(({ date }) => date).filter((date) => isWithin(date, range));
    const found =
      read.dateColumn === undated
        ? await readWhole(warehouse, read, dates)
        : await readVersions(warehouse, memory, { read, range, metadata });
    content.set(read.table, found);
  }
  const ranges = [...reach.values()].filter(({ failures }) => failures).map(({ range }) => range);
  const failing = hullOf(ranges.flatMap(({ from, to }) => [from, to]));
  const ledger = failing === undefined ? new Map() : await readLedger(warehouse, runbook, failing);
  const isOfItself = runbook.calendar.origin.kind === "rule" && origin.length === 0;
  const isFixed = isOfItself || areUnwritten(memory, metadata, origin);
  const calendar = isFixed ? known.calendar : await readCalendarDays(warehouse, runbook);
  return { calendar, content, ledger };
}
