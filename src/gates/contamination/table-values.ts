import type { Column } from "../../domain/column.ts";
import type { Distribution, Processor, Source } from "../../runbook/runbook.ts";
import { typed, type ShapedRow } from "../../warehouse/row-shape.ts";

type CheckedTable = Source | Processor;

/** The distributions of a table that are measured on each date, or over the range. */
export function distributionsPer(
  { distributions }: CheckedTable,
  per: Distribution["per"],
): readonly Distribution[] {
  return distributions.filter((distribution) => distribution.per === per);
}

/** What `valuesByDate` gives; the lists are in the order of the critical fields, and of the distributions per date. */
export function dateValueShape(table: CheckedTable) {
  return {
    analysis_date: typed.date,
    row_count: typed.count,
    version: typed.text,
    checked: typed.numbered(table.critical.length, typed.count),
    valid: typed.numbered(table.critical.length, typed.count),
    ...measuredShape(distributionsPer(table, "date").length),
  };
}

/** What `valuesOfRange` gives; the lists are in the order of `columns`, and of the distributions per range. */
export function rangeValueShape(table: CheckedTable, columns: readonly Column[]) {
  return {
    date_count: typed.count,
    row_count: typed.count,
    distinct: typed.numbered(columns.length, typed.count),
    nulls: typed.numbered(columns.length, typed.count),
    ...measuredShape(distributionsPer(table, "range").length),
  };
}

/** What `valuesOfWhole` gives; the lists are in the order of the critical fields, and of all distributions. */
export function wholeValueShape({ critical, distributions }: CheckedTable) {
  return {
    row_count: typed.count,
    checked: typed.numbered(critical.length, typed.count),
    valid: typed.numbered(critical.length, typed.count),
    ...measuredShape(distributions.length),
  };
}

function measuredShape(distributions: number) {
  return {
    value: typed.numbered(distributions, typed.nullable(typed.float)),
    applies: typed.numbered(distributions, typed.nullable(typed.count)),
  };
}

/** The values of a table on one date. */
export type DateValues = ShapedRow<ReturnType<typeof dateValueShape>>;

/** What tells whether critical fields are as declared, on a date or over all rows. */
export type CountedFields = Pick<DateValues, "checked" | "valid">;

/** What tells whether distributions are, on a date, over a range or over all rows. */
export type MeasuredValues = Pick<DateValues, "row_count" | "value" | "applies">;

/** The values of a table over a range. */
export type RangeValues = ShapedRow<ReturnType<typeof rangeValueShape>>;
