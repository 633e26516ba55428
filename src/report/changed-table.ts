import type { ProcessorChange } from "../domain/change.ts";
import { formatCount, formatDates, type DateOrder } from "../domain/format.ts";

/** What a run changed as a table: a row per processor for its rows, then one for each column whose values changed. */
export function changedTable(
  changed: readonly ProcessorChange[],
  order: DateOrder,
): {
  readonly columns: readonly { readonly head: string; readonly isNumber?: boolean }[];
  readonly rows: readonly (readonly string[])[];
} {
  const numbers = ["Added", "Removed", "Changed", "Same", "Largest", "Mean"];
  return {
    columns: [
      { head: "Processor" },
      { head: "What" },
      ...numbers.map((head) => ({ head, isNumber: true })),
      { head: "Where" },
    ],
    rows: changed.flatMap((own) => [
      [
        own.processor,
        "rows",
        ...[own.added, own.removed, own.changed, own.same].map(formatCount),
        "",
        "",
        formatDates(own.dates, { limit: 4, order }),
      ],
      ...own.columns.map(({ column, changed: rows, largest, mean, example }) => [
        own.processor,
        column,
        "",
        "",
        formatCount(rows),
        "",
        numberText(largest),
        numberText(mean),
        example ?? "",
      ]),
    ]),
  };
}

/** A difference, to six digits; empty where there is none. */
export function numberText(value: number | undefined): string {
  return value === undefined ? "" : String(Number(value.toPrecision(6)));
}
