import { meaningfulTokens, tableReferencesOf, type SqlToken } from "../domain/sql-tokens.ts";

/** Words that GoogleSQL reserves, and so are no alias of the table before them. */
const reserved = new Set(
  (
    "all and any array as asc assert_rows_modified at between by case cast collate contains create cross cube current " +
    "default define desc distinct else end enum escape except exclude exists extract false fetch following for from full " +
    "group grouping groups hash having if ignore in inner intersect interval into is join lateral left like limit lookup " +
    "merge natural new no not null nulls of on or order outer over partition preceding proto qualify range recursive " +
    "respect right rollup rows select set some struct tablesample then to treat true unbounded union unnest using when " +
    "where window with within"
  ).split(" "),
);

/**
 * A text in which each table that `queryOf` knows is replaced by a query in parentheses under the table's own last name,
 * or under the alias that the text gives it.
 */
export function narrowTables(text: string, queryOf: (table: string) => string | undefined): string {
  const tokens = meaningfulTokens(text);
  let narrowed = "";
  let done = 0;
  for (const { name, offset, end } of tableReferencesOf(text)) {
    const query = queryOf(name);
    if (query === undefined) continue;
    const own = tokens.findLast((token) => token.offset >= offset && token.offset < end);
    const alias = hasAlias(tokens, end) ? "" : ` as ${lastName(name, own?.text ?? name)}`;
    narrowed += `${text.slice(done, offset)}(${query})${alias}`;
    done = end;
  }
  return narrowed + text.slice(done);
}

/** The last part of a name, quoted as its last token is: one pair of quotes may hold all parts. */
function lastName(name: string, token: string): string {
  const quote = /^[`"]/.exec(token)?.[0];
  return quote === undefined ? token : `${quote}${name.slice(name.lastIndexOf(".") + 1)}${quote}`;
}

function hasAlias(tokens: readonly SqlToken[], end: number): boolean {
  const index = tokens.findIndex(({ offset }) => offset >= end);
  const [next, after] = [tokens[index], tokens[index + 1]];
  if (index < 0 || next === undefined) return false;
  if (next.kind === "quoted") return true;
  if (next.kind !== "word") return false;
  const word = next.text.toLowerCase();
  return word === "as" || (!reserved.has(word) && after?.text !== "(");
}
