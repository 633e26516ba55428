import { hasOrder } from "../../domain/column.ts";
import type { FoundColumn, FoundDates, FoundTable } from "../../starter/found-table.ts";
import { parseCalendarDate, type CalendarDate } from "../../domain/calendar-date.ts";
import { queryRows, typed } from "../../warehouse/row-shape.ts";
import type { Warehouse } from "../../warehouse/warehouse.ts";
import type { RowSet, RowSetColumn } from "./row-set.ts";

/** Counts the rows of a rowSet and what each of its columns holds: one pass. */
export async function measureRows(warehouse: Warehouse, rowSet: RowSet): Promise<FoundTable> {
  const { table, from, parameters = {}, columns } = rowSet;
  const measured = columns.filter(({ type }) => type !== undefined);
  const counts = measured.flatMap((column, number) => measuresOf(warehouse, column, number));
  const statement = {
    sql: `select ${["count(*) as row_count", ...counts].join(",\n  ")}\nfrom ${from}`,
    parameters,
    purpose: `look what ${table} holds`,
  };
  const shape = {
    row_count: typed.count,
    filled: typed.numbered(measured.length, typed.count),
    distinct: typed.numbered(measured.length, typed.count),
    least: typed.numbered(measured.length, typed.nullable(typed.text)),
    greatest: typed.numbered(measured.length, typed.nullable(typed.text)),
    odd: typed.numbered(measured.length, typed.count),
  };
  const [row] = await queryRows(warehouse, statement, shape);
  if (row === undefined) throw new Error("A count has a row");
  const rows = row.row_count;
  const found = columns.map((column): FoundColumn => {
    const number = measured.indexOf(column);
    return {
      ...column,
      nulls: rows - (row.filled[number] ?? rows),
      distinct: row.distinct[number] ?? 0,
      least: row.least[number],
      greatest: row.greatest[number],
      notFinite: row.odd[number] ?? 0,
    };
  });
  return { table, rows, columns: found };
}

function measuresOf(
  { dialect }: Warehouse,
  { written, type = "string" }: RowSetColumn,
  number: number,
): readonly string[] {
  const column = quoted(dialect.quote, written);
  const isOrdered = hasOrder(type);
  const odd = type === "float64" ? `count(case when ${dialect.isNotFinite(column)} then 1 end)` : "0";
  return [
    `count(${column}) as filled_${number}`,
    `${isOrdered ? `approx_count_distinct(${column})` : "0"} as distinct_${number}`,
    `cast(${isOrdered ? `min(${column})` : "null"} as string) as least_${number}`,
    `cast(${isOrdered ? `max(${column})` : "null"} as string) as greatest_${number}`,
    `${odd} as odd_${number}`,
  ];
}

/** A column as an engine has it, whatever characters it is made of. */
export function quoted(quote: string, written: string): string {
  return `${quote}${written.replaceAll(quote, quote + quote)}${quote}`;
}

/** Rows whose columns the questions name themselves. */
type Looked = Pick<RowSet, "table" | "from" | "parameters">;

/** Most dates that a calendar takes. */
const mostDates = 100_000;

/**
 * The rows of a rowSet by date, ascending; undefined where some have none, or one that no calendar has, or where the
 * first and last lie too far apart for one calendar.
 */
export async function measureDates(
  warehouse: Warehouse,
  { table, from, parameters = {} }: Looked,
  date: string,
): Promise<FoundDates | undefined> {
  const statement = {
    sql: `select cast(${date} as string) as analysis_date, count(*) as row_count\nfrom ${from}\ngroup by 1\norder by 1`,
    parameters,
    purpose: `count the rows of ${table} by date`,
  };
  const rows = await queryRows(warehouse, statement, {
    analysis_date: typed.nullable(typed.text),
    row_count: typed.count,
  });
  const dates = rows.map(({ analysis_date, row_count }) => ({ date: dayOf(analysis_date), rows: row_count }));
  const known = dates.filter((found): found is FoundDates[number] => found.date !== undefined);
  return known.length < dates.length || known.length > mostDates ? undefined : known;
}

function dayOf(text: string | undefined): CalendarDate | undefined {
  return text === undefined ? undefined : parseCalendarDate(text);
}

/** Whether each combination of some columns or expressions occurs once. */
export async function isUnique(
  warehouse: Warehouse,
  { table, from, parameters = {} }: Looked,
  expressions: readonly string[],
): Promise<boolean> {
  const statement = {
    sql: `select count(*) as repeated\nfrom (select 1 as one from ${from} group by ${expressions.join(", ")} having count(*) > 1 limit 1) as twice`,
    parameters,
    purpose: `look whether ${expressions.join(", ")} tell the rows of ${table} apart`,
  };
  const [row] = await queryRows(warehouse, statement, { repeated: typed.count });
  return row?.repeated === 0;
}
