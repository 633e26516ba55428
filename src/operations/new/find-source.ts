import { Fault } from "../../errors.ts";
import { countOf } from "../../domain/format.ts";
import type { DateOrigin, FoundTable, Guess, StarterSource } from "../../starter/found-table.ts";
import { dateCandidates, type DateSpelling } from "../../starter/guess-date.ts";
import { keyCandidates } from "../../starter/guess-key.ts";
import type { Warehouse } from "../../warehouse/warehouse.ts";
import { isUnique, measureDates, measureRows, quoted } from "./measure-rows.ts";
import type { RowSet } from "./row-set.ts";

/** A source that was made of a rowSet, or why none was. */
export type FoundSource =
  | { readonly kind: "source"; readonly source: StarterSource }
  | { readonly kind: "none"; readonly reason: string };

/**
 * Looks at the rows of a rowSet for what a source declares: its date, its key, its columns. Without a spelling a date is
 * a column and is made of no others.
 */
export async function findSource(
  warehouse: Warehouse,
  rowSet: RowSet,
  spelling: DateSpelling | undefined,
): Promise<FoundSource> {
  const found = await measureRows(warehouse, rowSet);
  if (found.rows === 0) return { kind: "none", reason: `${found.table}: it has no row` };
  const { candidates, tried } = dateCandidates(found, spelling);
  const failed: string[] = [];
  for (const date of candidates) {
    const sql = dateSql(warehouse, rowSet, date.value);
    const dates = await measureDates(warehouse, rowSet, sql).catch(withoutDates);
    if (dates === undefined) {
      failed.push(`${date.value.name} (not a day in every row)`);
      continue;
    }
    const key = await findKey(warehouse, rowSet, { found, date: date.value, sql, days: dates.length });
    return { kind: "source", source: { ...found, date, key, dates } };
  }
  const date = undatedBy(found, [...tried, ...failed]);
  const key = await findKey(warehouse, rowSet, { found, date: date.value, sql: "", days: 0 });
  return { kind: "source", source: { ...found, date, key, dates: [] } };
}

function undatedBy({ rows }: FoundTable, tried: readonly string[]): Guess<DateOrigin> {
  const why = `no date found in ${countOf(rows, "row")}, so it is read whole; tried ${tried.join("; ")}`;
  return { value: { kind: "none", name: "" }, why };
}

/** Parts that make no date are refused by the engine. */
function withoutDates(cause: unknown): undefined {
  if (!(cause instanceof Fault) || cause.code !== "statement-failed") throw cause;
}

function dateSql(warehouse: Warehouse, rowSet: RowSet, date: DateOrigin): string {
  return date.kind === "loaded" || date.kind === "in-place"
    ? date.sql
    : columnSql(warehouse, rowSet, date.name);
}

function columnSql({ dialect }: Warehouse, { columns }: RowSet, name: string): string {
  return quoted(dialect.quote, columns.find((column) => column.name === name)?.written ?? name);
}

async function findKey(
  warehouse: Warehouse,
  rowSet: RowSet,
  {
    found,
    date,
    sql,
    days,
  }: {
    readonly found: FoundTable;
    readonly date: DateOrigin;
    readonly sql: string;
    readonly days: number;
  },
): Promise<Guess<readonly string[]>> {
  const candidates = keyCandidates(found, keyDate(date, days));
  for (const key of candidates) {
    const expressions = key.map((name) => (name === date.name ? sql : columnSql(warehouse, rowSet, name)));
    if (await isUnique(warehouse, rowSet, expressions)) {
      return { value: key, why: `unique in ${countOf(found.rows, "row")}` };
    }
  }
  const why = `none of ${countOf(candidates.length, "combination")} of columns tells ${countOf(found.rows, "row")} apart`;
  return { value: [], why };
}

function keyDate(date: DateOrigin, days: number): Parameters<typeof keyCandidates>[1] {
  if (date.kind === "in-place" || date.kind === "none") return undefined;
  return { name: date.name, values: days, madeOf: date.kind === "column" ? [] : date.of };
}
