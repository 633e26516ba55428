import { hullOf, type DateRange } from "../domain/calendar-date.ts";
import type { CutPart, TableCut } from "../domain/table-cut.ts";
import type { Dialect } from "./dialect.ts";
import { dateOf, quoteDate, quoteTable } from "./identifiers.ts";

/**
 * Whether a date lies in one of the ranges; constants, so that the engine prunes partitions, which a range around them all
 * lets it do whatever it makes of `or`.
 */
export function withinRanges(dialect: Dialect, dateColumn: string, ranges: readonly DateRange[]): string {
  const hull = hullOf(ranges.flatMap(({ from, to }) => [from, to]));
  if (hull === undefined) return "1 = 0";
  const date = dateOf(dialect, dateColumn);
  const [whole, ...within] = [hull, ...ranges].map(
    ({ from, to }) => `${date} between ${quoteDate(dialect, from)} and ${quoteDate(dialect, to)}`,
  );
  return ranges.length === 1 ? `${whole}` : `(${whole} and (${within.join(" or ")}))`;
}

/** A query for what of a table may be seen; `name` is how the statement calls the table. */
export function cutRows(dialect: Dialect, cut: TableCut, name: string): string {
  return `select * from ${name} as stored_row where ${isSeen(dialect, cut)}`;
}

/** A statement that leaves of a table only what a cut lets be seen: the table of the cut, or the one that a view of it shows. */
export function deleteUnseen(dialect: Dialect, cut: TableCut, table = cut.table): string {
  return `delete from ${quoteTable(dialect, table)} where (${isSeen(dialect, cut)}) is not true`;
}

function isSeen(dialect: Dialect, { parts }: TableCut): string {
  const [shown = "1 = 0", ...others] = parts.map((part) => partRows(dialect, part));
  return others.length === 0 ? shown : `${aroundAll(dialect, parts)}(${[shown, ...others].join(" or ")})`;
}

/** The range around all parts as one more condition; none where a part has every row. */
function aroundAll(dialect: Dialect, parts: readonly CutPart[]): string {
  const [dateColumn = "", ...others] = new Set(parts.map((part) => part.dateColumn));
  const ranges = parts.flatMap((part) => part.ranges ?? []);
  const hull = hullOf(ranges.flatMap(({ from, to }) => [from, to]));
  const isBounded = others.length === 0 && parts.every((part) => part.ranges !== undefined);
  return hull === undefined || !isBounded ? "" : `${withinRanges(dialect, dateColumn, [hull])} and `;
}

function partRows(dialect: Dialect, { dateColumn, ranges, processor }: CutPart): string {
  const dates = ranges === undefined ? "1 = 1" : withinRanges(dialect, dateColumn, ranges);
  if (processor === undefined) return dates;
  return `(processor_name = ${dialect.quoteText(processor)} and ${dates})`;
}
