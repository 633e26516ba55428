import { compareDates, type CalendarDate } from "../domain/calendar-date.ts";
import { formatSome } from "../domain/format.ts";
import type { TableId } from "../domain/table-id.ts";
import type { HeldDates } from "../ledger/record-gates.ts";
import type { GateScope } from "./gate-scope.ts";
import { ownScope } from "./own-scope.ts";

/** Tables that a summary names. */
const namedTables = 3;

/** A table with dates that something was found on. */
type TableDates = {
  readonly table: TableId;
  readonly processor: string | undefined;
  readonly dates: readonly (CalendarDate | undefined)[];
};

/**
 * Dates to hold back by table, ascending and each once. A finding without a date is about the whole table and holds
 * back every date of the scope. Tables without a finding are left out.
 */
export function heldDates(scope: GateScope, found: readonly TableDates[]): readonly HeldDates[] {
  const tables = Map.groupBy(found, ({ table }) => table);
  return [...tables].flatMap(([table, entries]) => {
    const dates = entries.flatMap((entry) => entry.dates);
    if (dates.length === 0) return [];
    const named = [...new Set(dates)].flatMap((date) => (date === undefined ? [] : [date]));
    const processor = scope.runbook.processors.find(({ id }) => id === entries[0]?.processor);
    const { days } = processor === undefined ? scope : ownScope(scope, processor);
    const held = dates.includes(undefined) ? days.map(({ date }) => date) : named.toSorted(compareDates);
    return [{ table, processor: entries[0]?.processor, dates: held }];
  });
}

/** `SALES 2021-11-05, 2021-11-06 and 3 more and 4 more tables`: where to look first. */
export function placesText(held: readonly HeldDates[]): string {
  const places = held.map(
    ({ table, processor, dates }) => `${processor ?? table} ${formatSome(dates, { limit: 2 })}`,
  );
  return formatSome(places, { limit: namedTables, noun: "table", separator: "; " });
}
