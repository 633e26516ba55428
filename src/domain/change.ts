import type { CalendarDate } from "./calendar-date.ts";

/** How the values of one column differ in rows that stand on both sides. */
export type ColumnChange = {
  readonly column: string;
  /** Rows in which it is another value. */
  readonly changed: number;
  /** Those in which it is another by more than the share that was asked about, or is no number on both sides. */
  readonly beyond: number;
  /** Those in which it is a number on both sides; the largest difference and the mean one are of these. */
  readonly measured: number;
  readonly largest: number | undefined;
  readonly mean: number | undefined;
  /** The first row by its key, with both values. */
  readonly example: string | undefined;
};

/** How what was computed of a date differs from what stands. */
export type DateChange = {
  readonly date: CalendarDate;
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  readonly same: number;
  readonly firstAdded: string | undefined;
  readonly firstRemoved: string | undefined;
  /** Those that changed. */
  readonly columns: readonly ColumnChange[];
};

/** How what a definition gives differs from what stands. */
export type Diff = {
  readonly runbook: string;
  readonly processor: string;
  readonly against: string;
  readonly dates: readonly DateChange[];
  /** Dates that could not be committed as they are computed, each with the reason. */
  readonly refused: readonly { readonly date: CalendarDate; readonly error: string }[];
  /** Columns of the definition that the table does not have yet: they are not compared. */
  readonly absent: readonly string[];
};

/** Whether a date would be what it is. */
export function isUnchanged({ added, removed, changed }: DateChange): boolean {
  return added + removed + changed === 0;
}

/** What a run changed of a processor, all dates together. */
export type ProcessorChange = Omit<DateChange, "date" | "firstAdded" | "firstRemoved"> & {
  readonly processor: string;
  /** Ascending. */
  readonly dates: readonly CalendarDate[];
};

/** Dates of a processor that changed, together. */
export function sumChanges(processor: string, changes: readonly DateChange[]): ProcessorChange {
  return {
    processor,
    dates: changes.map(({ date }) => date).toSorted(),
    added: sumOf(changes, ({ added }) => added),
    removed: sumOf(changes, ({ removed }) => removed),
    changed: sumOf(changes, ({ changed }) => changed),
    same: sumOf(changes, ({ same }) => same),
    columns: sumColumns(changes),
  };
}

/** What changed of a column on any of the dates, in the order in which columns are first met. */
export function sumColumns(dates: readonly DateChange[]): readonly ColumnChange[] {
  const all = Map.groupBy(
    dates.flatMap(({ columns }) => columns),
    ({ column }) => column,
  );
  return [...all].map(([column, own]) => {
    const measured = sumOf(own, (one) => one.measured);
    const total = sumOf(own, (one) => (one.mean ?? 0) * one.measured);
    return {
      column,
      changed: sumOf(own, (one) => one.changed),
      beyond: sumOf(own, (one) => one.beyond),
      measured,
      largest: own.reduce<number | undefined>(
        (most, { largest }) => (largest === undefined ? most : Math.max(most ?? 0, largest)),
        undefined,
      ),
      mean: measured === 0 ? undefined : total / measured,
      example: own.find(({ example }) => example !== undefined)?.example,
    };
  });
}

function sumOf<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0);
}
