import type { CalendarDate } from "../../domain/calendar-date.ts";
import type { ColumnChange, DateChange } from "../../domain/change.ts";
import type { Column } from "../../domain/column.ts";
import type { Processor } from "../../runbook/runbook.ts";
import type { StageNames } from "../../sql/dialect.ts";
import { partitionDifference } from "../../sql/partition-difference.ts";
import { queryRows, typed, type ShapedRow } from "../../warehouse/row-shape.ts";
import type { Warehouse } from "../../warehouse/warehouse.ts";
import { daysOfPartitions } from "../stage-dates.ts";

/** A stage and what of it is compared with the table. */
export type ComparedStage = {
  readonly processor: Processor;
  readonly names: StageNames;
  readonly dates: readonly CalendarDate[];
  /** Columns that both sides have; the key and the date are not among them. */
  readonly columns: readonly Column[];
  /** The share of a value by more than which a difference counts as one that is beyond it. */
  readonly beyond: number;
};

/** Columns of a processor whose values may differ where its key is the same. */
export function comparedColumns({ columns, key, dateColumn }: Processor): readonly Column[] {
  return columns.filter(({ name }) => name !== dateColumn && !key.includes(name));
}

/** How a stage differs from what stands, date by date; one statement. Dates of which neither side holds anything are left out. */
export async function readDifference(
  warehouse: Warehouse,
  { processor, names, dates, columns, beyond }: ComparedStage,
): Promise<readonly DateChange[]> {
  const range = daysOfPartitions(processor, dates);
  if (range === undefined) return [];
  const rows = await queryRows(
    warehouse,
    {
      sql: partitionDifference(warehouse.dialect, names, { processor, columns }),
      parameters: {
        start_date: { type: "date", value: range.from },
        end_date: { type: "date", value: range.to },
        dates: { type: "array<date>", value: dates },
        beyond: { type: "float64", value: beyond },
      },
      purpose: `compare ${processor.id} with what stands`,
    },
    shapeOf(columns.length),
  );
  return rows.map((row) => changeOf(row, columns));
}

function shapeOf(columns: number) {
  return {
    analysis_date: typed.date,
    added: typed.count,
    removed: typed.count,
    changed: typed.count,
    same: typed.count,
    first_added: typed.nullable(typed.text),
    first_removed: typed.nullable(typed.text),
    differing: typed.numbered(columns, typed.count),
    beyond: typed.numbered(columns, typed.count),
    measured: typed.numbered(columns, typed.count),
    total: typed.numbered(columns, typed.nullable(typed.float)),
    largest: typed.numbered(columns, typed.nullable(typed.float)),
    example: typed.numbered(columns, typed.nullable(typed.text)),
  };
}

function changeOf(row: ShapedRow<ReturnType<typeof shapeOf>>, columns: readonly Column[]): DateChange {
  return {
    date: row.analysis_date,
    added: row.added,
    removed: row.removed,
    changed: row.changed,
    same: row.same,
    firstAdded: row.first_added,
    firstRemoved: row.first_removed,
    columns: columns.flatMap(({ name }, index) => columnChange(row, name, index)),
  };
}

function columnChange(
  row: ShapedRow<ReturnType<typeof shapeOf>>,
  column: string,
  index: number,
): readonly ColumnChange[] {
  const [changed = 0, measured = 0] = [row.differing[index], row.measured[index]];
  if (changed === 0) return [];
  const total = row.total[index];
  return [
    {
      column,
      changed,
      beyond: row.beyond[index] ?? 0,
      measured,
      largest: row.largest[index],
      mean: total === undefined || measured === 0 ? undefined : total / measured,
      example: row.example[index],
    },
  ];
}
