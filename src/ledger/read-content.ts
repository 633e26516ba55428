import type { CalendarDate, DateRange } from "../domain/calendar-date.ts";
import type { TableId } from "../domain/table-id.ts";
import type { RowContent } from "../plan/plan.ts";
import { contentByDate, wholeContent } from "../sql/content-hash.ts";
import type { HashedColumn } from "../sql/dialect.ts";
import { quoteTable } from "../sql/identifiers.ts";
import { queryRows, typed } from "../warehouse/row-shape.ts";
import type { Statement, Warehouse } from "../warehouse/warehouse.ts";

const contentShape = { analysis_date: typed.date, row_count: typed.count, version: typed.text };

/** Rows and version of one table by date, hashed within a range, on some of its dates where they are given; one query. */
export async function readContent(
  warehouse: Warehouse,
  table: {
    readonly table: TableId;
    readonly dateColumn: string;
    readonly columns: readonly HashedColumn[];
  },
  { range, dates }: { readonly range: DateRange; readonly dates?: readonly CalendarDate[] },
): Promise<ReadonlyMap<CalendarDate, RowContent>> {
  const statement: Statement = {
    sql: contentByDate(warehouse.dialect, {
      from: quoteTable(warehouse.dialect, table.table),
      dateColumn: table.dateColumn,
      columns: table.columns,
      isOnDates: dates !== undefined,
    }),
    parameters: {
      start_date: { type: "date", value: range.from },
      end_date: { type: "date", value: range.to },
      ...(dates === undefined ? {} : { dates: { type: "array<date>", value: dates } }),
    },
    purpose: `read the versions of ${table.table}`,
    ofRowsAlone: true,
    perDate: table.dateColumn,
  };
  const rows = await queryRows(warehouse, statement, contentShape);
  return new Map(rows.map((row) => [row.analysis_date, contentOf(warehouse, row)]));
}

/** A content as an answer gives it, the version tagged with the warehouse's hash tag. */
export function contentOf(
  warehouse: Pick<Warehouse, "hashTag">,
  { row_count: rows, version }: { readonly row_count: number; readonly version: string },
): RowContent {
  // No rows are equal on every warehouse and carry no hash tag: the content that the planner calls empty.
  return rows === 0 ? { rows, version: "" } : { rows, version: `${warehouse.hashTag}:${version}` };
}

/** Rows and version of all of a table without dates, on each of the dates that read it; one query. */
export async function readWhole(
  warehouse: Warehouse,
  table: { readonly table: TableId; readonly columns: readonly HashedColumn[] },
  dates: readonly CalendarDate[],
): Promise<ReadonlyMap<CalendarDate, RowContent>> {
  const statement: Statement = {
    sql: wholeContent(warehouse.dialect, quoteTable(warehouse.dialect, table.table), table.columns),
    purpose: `read the version of ${table.table}`,
    ofRowsAlone: true,
  };
  const [row] = await queryRows(warehouse, statement, { row_count: typed.count, version: typed.text });
  if (row === undefined || row.row_count === 0) return new Map();
  const content = contentOf(warehouse, row);
  return new Map(dates.map((date) => [date, content]));
}
