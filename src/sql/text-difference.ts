import type { Dialect } from "./dialect.ts";

/** How a row of a statement is told: what it is about, and what it says of that; texts of SQL over the row. */
export type ToldRow = { readonly entity: string; readonly value: string };

/** Columns as one JSON text each, side by side: equal where the rows are. */
export function toldColumns(dialect: Dialect, columns: readonly string[]): string {
  return columns.map((column) => `coalesce(${dialect.jsonText(column)}, 'null')`).join(" || ', ' || ");
}

/**
 * The first row, by what it is about, that two texts of one statement do not give equally often: (entity, value, narrow,
 * wide), the latter as counts. Nothing where they give the same rows.
 */
export function textDifference(
  told: ToldRow,
  { narrow, wide }: { readonly narrow: string; readonly wide: string },
): string {
  const counts = ["narrow", "wide"].map((side) => `sum(case when side = '${side}' then 1 else 0 end)`);
  return `select entity, value, ${counts[0]} as narrow, ${counts[1]} as wide
from (
${toldRows("narrow", told, narrow)}
union all
${toldRows("wide", told, wide)}
) as told_row
group by entity, value
having ${counts.join(" <> ")}
order by entity, value
limit 1`;
}

function toldRows(side: string, { entity, value }: ToldRow, text: string): string {
  return `select '${side}' as side, coalesce(${entity}, '') as entity, coalesce(${value}, '') as value
from (
${text}
) as statement_row`;
}
