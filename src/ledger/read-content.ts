import type { CalendarDate, DateRange } from "../domain/calendar-date.ts";
import type { TableId } from "../domain/table-id.ts";
import type { RowContent } from "../plan/plan.ts";
import { contentByDate } from "../sql/content-hash.ts";
import { quoteTable } from "../sql/identifiers.ts";
import type { Row, Warehouse } from "../warehouse/warehouse.ts";

/** Rows and version of one table by date, hashed within a range, on some of its dates where they are given; one query. */
export async function readContent(
  warehouse: Warehouse,
  table: {
    readonly table: TableId;
    readonly dateColumn: string;
    readonly columns: readonly { readonly name: string }[];
  },
  { range, dates }: { readonly range: DateRange; readonly dates?: readonly CalendarDate[] },
): Promise<ReadonlyMap<CalendarDate, RowContent>> {
  const rows = await warehouse.query({
    sql: contentByDate(warehouse.dialect, {
      from: quoteTable(warehouse.dialect, table.table),
      dateColumn: table.dateColumn,
      columns: table.columns.map((column) => column.name),
      isOnDates: dates !== undefined,
    }),
    parameters: {
      start_date: { type: "date", value: range.from },
      end_date: { type: "date", value: range.to },
      ...(dates === undefined ? {} : { dates: { type: "array<date>", value: dates } }),
    },
    purpose: `read the versions of ${table.table}`,
  });
  return new Map(
    rows.map((row) => [String(row["analysis_date"]) as CalendarDate, contentOf(warehouse, row)]),
  );
}

/** A content as the port's rows give it (`row_count`, `version`), the version tagged with the warehouse's hash tag. */
export function contentOf(warehouse: Warehouse, row: Row): RowContent {
  // No rows are equal on every warehouse and carry no hash tag: the content that the planner calls empty.
  if (Number(row["row_count"]) === 0) return { rows: 0, version: "" };
  return { rows: Number(row["row_count"]), version: `${warehouse.hashTag}:${String(row["version"])}` };
}
