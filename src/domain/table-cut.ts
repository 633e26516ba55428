import type { CalendarDate, DateRange } from "./calendar-date.ts";
import type { TableId } from "./table-id.ts";

/**
 * What of a table may be seen: the rows of all parts together. A part has the rows whose date lies in one of the ranges,
 * or, without ranges, every row; those of one processor where the table is the view of failures.
 */
export type TableCut = { readonly table: TableId; readonly parts: readonly CutPart[] };

/** See `TableCut`. */
export type CutPart = {
  readonly dateColumn: string;
  readonly ranges: readonly DateRange[] | undefined;
  readonly processor?: string | undefined;
};

/**
 * A date, and what may be seen for it; dates that are asked together have cuts of the same tables and parts. `until` is
 * the last day of a date that stands for a week or month.
 */
export type Sight = {
  readonly date: CalendarDate;
  readonly until?: CalendarDate;
  readonly cuts: readonly TableCut[];
};
