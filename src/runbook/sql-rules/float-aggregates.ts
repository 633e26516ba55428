import { meaningfulTokens, type SqlToken } from "../../domain/sql-tokens.ts";
import { itemBehind, selectItems, type SelectItem } from "./select-items.ts";

/** Aggregates whose last digits depend on the order of rows, where they are of floats. */
const aggregates = new Set(
  "sum avg stddev stddev_pop stddev_samp variance var_pop var_samp corr covar_pop covar_samp".split(" "),
);
/** Functions after which that difference is gone. */
const roundings = new Set("round floor ceil ceiling trunc sign count".split(" "));
/** Functions of anything that give whole numbers. */
const whole = new Set("floor ceil ceiling sign count length".split(" "));

type Search = { readonly items: readonly SelectItem[]; readonly floats: ReadonlySet<string> };

/**
 * Where a statement computes a column by an aggregate of floats that nothing rounds; `floats` are the names that hold
 * floats in what it reads. Names are followed through common tables and subqueries.
 */
export function unroundedAggregate(
  sql: string,
  column: string,
  floats: ReadonlySet<string>,
): number | undefined {
  const items = selectItems(meaningfulTokens(sql));
  const search = { items, floats };
  const outer = items.filter(({ name, depth }) => name === column && depth === 0);
  const inner = itemBehind(items, column, { depth: 0, at: items.length });
  const first = outer.length > 0 ? outer : inner === undefined ? [] : [inner];
  for (const item of first) {
    const offset = aggregateIn(search, item, new Set());
    if (offset !== undefined) return offset;
  }
  return undefined;
}

function aggregateIn(search: Search, item: SelectItem, seen: Set<SelectItem>): number | undefined {
  if (seen.has(item)) return undefined;
  seen.add(item);
  const tokens = withoutHeld(item.tokens, roundings);
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== "word" || isQualifier(tokens, index)) continue;
    const name = token.text.toLowerCase();
    if (tokens[index + 1]?.text === "(") {
      const argument = argumentAt(item.tokens, item.tokens.indexOf(token) + 1);
      if (aggregates.has(name) && holdsFloat(search, argument, item, new Set())) return token.offset;
      continue;
    }
    const behind = itemBehind(search.items, name, item);
    const offset = behind && aggregateIn(search, behind, seen);
    if (offset !== undefined) return offset;
  }
  return undefined;
}

function holdsFloat(
  search: Search,
  tokens: readonly SqlToken[],
  seenFrom: SelectItem,
  seen: Set<SelectItem>,
): boolean {
  const values = withoutHeld(tokens, whole);
  return values.some((token, index) => {
    const name = token.text.toLowerCase();
    if (token.kind === "number") return /[.e]/i.test(token.text);
    if (name === "/" || name === "float64" || search.floats.has(name)) return true;
    if (token.kind !== "word" || isQualifier(values, index)) return false;
    const behind = itemBehind(search.items, name, seenFrom);
    if (behind === undefined || seen.has(behind)) return false;
    seen.add(behind);
    return holdsFloat(search, behind.tokens, behind, seen);
  });
}

function isQualifier(tokens: readonly SqlToken[], index: number): boolean {
  return tokens[index + 1]?.text === ".";
}

function argumentAt(tokens: readonly SqlToken[], open: number): readonly SqlToken[] {
  return tokens.slice(open + 1, closeOf(tokens, open));
}

function closeOf(tokens: readonly SqlToken[], open: number): number {
  let depth = 0;
  for (let index = open; index < tokens.length; index += 1) {
    if (tokens[index]?.text === "(") depth += 1;
    if (tokens[index]?.text === ")") depth -= 1;
    if (depth === 0) return index;
  }
  return tokens.length;
}

/** Tokens that are part of a value: not in a condition, in what some functions hold, or cast to whole numbers. */
function withoutHeld(tokens: readonly SqlToken[], functions: ReadonlySet<string>): readonly SqlToken[] {
  const kept: SqlToken[] = [];
  let conditions = 0;
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index];
    if (token === undefined) break;
    const word = token.text.toLowerCase();
    const next = index + 1;
    const close = tokens[next]?.text === "(" ? closeOf(tokens, next) : undefined;
    if (word === "when") conditions += 1;
    else if (word === "then") conditions -= 1;
    else if (close !== undefined && (functions.has(word) || isWholeCast(tokens, word, close))) index = close;
    else if (conditions === 0) kept.push(token);
  }
  return kept;
}

function isWholeCast(tokens: readonly SqlToken[], word: string, close: number): boolean {
  return word === "cast" && tokens[close - 1]?.text.toLowerCase() === "int64";
}
