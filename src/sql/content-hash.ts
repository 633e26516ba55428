import type { Dialect } from "../domain/dialect.ts";
import { isIn } from "./arrays.ts";
import { quoteName, quoteNames } from "./identifiers.ts";

/**
 * An aggregate giving the content version of a group of rows as text `count:xor:sum` of the engine's row hashes:
 * the order of rows does not matter, a row that stands twice does. Columns are hashed in the order given.
 */
export function contentHash(dialect: Dialect, columns: readonly string[]): string {
  return dialect === "duckdb" ? duckdbHash(columns) : googlesqlHash(columns);
}

function duckdbHash(columns: readonly string[]): string {
  const hash = `hash(${quoteNames("duckdb", columns)})`;
  return `count(*) || ':' || coalesce(bit_xor(${hash}), 0) || ':' || coalesce(sum(${hash}::hugeint), 0)`;
}

/** Fields are named by position: the JSON holds names, and equal rows may stand under different ones. */
function googlesqlHash(columns: readonly string[]): string {
  const fields = columns.map((name, index) => `${quoteName("googlesql", name)} as c${index}`);
  const hash = `farm_fingerprint(to_json_string(struct(${fields.join(", ")})))`;
  return [
    "cast(count(*) as string)",
    `cast(coalesce(bit_xor(${hash}), 0) as string)`,
    `cast(coalesce(sum(cast(${hash} as numeric)), 0) as string)`,
  ].join(" || ':' || ");
}

/**
 * One table's content per date in [@start_date, @end_date], of those in @dates where `isOnDates`: (analysis_date,
 * row_count, version).
 */
export function contentByDate(
  dialect: Dialect,
  source: {
    readonly from: string;
    readonly dateColumn: string;
    readonly columns: readonly string[];
    readonly isOnDates?: boolean;
  },
): string {
  const date = quoteNames(dialect, [source.dateColumn]);
  return `select
  cast(${date} as string) as analysis_date,
  count(*) as row_count,
  ${contentHash(dialect, source.columns)} as version
from ${source.from} as stored_row
where ${date} between @start_date and @end_date${source.isOnDates === true ? ` and ${isIn(dialect, date, "dates")}` : ""}
group by 1
order by 1`;
}
