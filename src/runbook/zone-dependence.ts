import type { Column } from "../domain/column.ts";
import { meaningfulTokens } from "../domain/sql-tokens.ts";

/** Parts of the names of types and functions by which SQL comes to an instant, or from one to a day or an hour. */
const instantWords = /timestamp|timezone|^zone$|tz$|epoch|strptime|^instant/i;

/** What a text has to have somewhere for one of its words to be one of these. */
const anywhere = /timestamp|timezone|zone|tz|epoch|strptime|instant/i;

/** Whether columns hold instants, which are dates and hours in a zone only; nobody knows of an opaque one. */
export function holdsInstants(columns: readonly Pick<Column, "type">[]): boolean {
  return columns.some(({ type }) => type === "timestamp" || type.startsWith("opaque("));
}

/** Whether SQL names an instant by itself: a type or a function; texts and comments do not count. */
export function namesInstants(sql: string): boolean {
  if (!anywhere.test(sql)) return false;
  return meaningfulTokens(sql).some(({ kind, text }) => kind === "word" && instantWords.test(text));
}
