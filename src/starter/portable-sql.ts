import { unendedSql, plainSql } from "../domain/sql-statement.ts";
import { meaningfulTokens, tableReferencesOf, type SqlToken } from "../domain/sql-tokens.ts";

/** How a statement writes names, and what those of tables stand for; undefined keeps one. */
type Names = { readonly quote: string; readonly rename: (table: string) => string | undefined };

/**
 * A statement as a runbook has it: tables by the names that are given for theirs, names without quotes where they need
 * none, texts in single quotes, `cast(x as t)` for `x::t`, and decimals as floats.
 */
export function portableSql(text: string, { quote, rename }: Names): string {
  const renamed = replaceAll(
    text,
    tableReferencesOf(text).flatMap(({ name, offset, end }) => {
      const table = rename(name);
      return table === undefined ? [] : [{ offset, end, text: table }];
    }),
  );
  const plain = replaceAll(
    renamed,
    meaningfulTokens(renamed).flatMap((token) => plainToken(token, quote)),
  );
  return withoutCastOperators(unendedSql(plainSql(plain)).trim());
}

type Replacement = { readonly offset: number; readonly end: number; readonly text: string };

function replaceAll(text: string, replacements: readonly Replacement[]): string {
  return replacements
    .toSorted((left, right) => right.offset - left.offset)
    .reduce(
      (changed, { offset, end, text: own }) => changed.slice(0, offset) + own + changed.slice(end),
      text,
    );
}

/** Words that end or begin parts of a statement, so that a column of that name keeps its quotes. */
const reserved = new Set(
  (
    "all and any array as asc between by case cast cross current desc distinct else end except exists false fetch for from " +
    "full group having if in inner intersect interval into is join lateral left like limit natural not null nulls on or order " +
    "outer over partition qualify range right rows select set some table then to true union unnest using when where window with"
  ).split(" "),
);

function plainToken({ kind, text, offset }: SqlToken, quote: string): readonly Replacement[] {
  const end = offset + text.length;
  const name = text.slice(1, -1);
  if (kind === "quoted" && !text.startsWith(quote)) {
    return /['"\\]/.test(name) ? [] : [{ offset, end, text: `'${name}'` }];
  }
  if (kind === "quoted" && /^[a-z_]\w*$/i.test(name) && !reserved.has(name.toLowerCase())) {
    return [{ offset, end, text: name }];
  }
  const isDecimal = kind === "number" && text.includes(".") && !/e/i.test(text);
  return isDecimal ? [{ offset, end, text: `${text}e0` }] : [];
}

/** `a.b::date` and `f(x)::numeric(10, 2)` as casts, the first operator of the text at a time. */
function withoutCastOperators(text: string): string {
  let changed = text;
  for (let number = 0; number < 1000; number += 1) {
    const tokens = meaningfulTokens(changed);
    const at = tokens.findIndex((token) => token.text === "::");
    const operator = tokens[at];
    if (operator === undefined) return changed;
    const from = tokens[startOfOperand(tokens, at)]?.offset ?? operator.offset;
    const last = tokens[endOfType(tokens, at)] ?? operator;
    const operand = changed.slice(from, operator.offset).trimEnd();
    const type = changed.slice(operator.offset + 2, last.offset + last.text.length).trim();
    const cast = `cast(${operand} as ${type})`;
    changed = `${changed.slice(0, from)}${cast}${changed.slice(last.offset + last.text.length)}`;
  }
  return changed;
}

/** Which token what stands before an operator begins with: a call or a group in parentheses, a name of several parts, a value. */
export function startOfOperand(tokens: readonly SqlToken[], operator: number): number {
  let start = operator - 1;
  if (tokens[start]?.text === ")") {
    const open = openingOf(tokens, start);
    if (!isCalled(tokens[open - 1])) return open;
    start = open - 1;
  }
  while (tokens[start - 1]?.text === ".") start -= 2;
  return start;
}

/** The parenthesis that another one closes. */
function openingOf(tokens: readonly SqlToken[], close: number): number {
  let depth = 0;
  for (let at = close; at > 0; at -= 1) {
    if (tokens[at]?.text === ")") depth += 1;
    if (tokens[at]?.text === "(") depth -= 1;
    if (depth === 0) return at;
  }
  return 0;
}

/** Whether what stands before a parenthesis is called: a word that means nothing else, or the one that is both. */
function isCalled(token: SqlToken | undefined): boolean {
  const word = token?.kind === "word" ? token.text.toLowerCase() : "";
  return word === "cast" || (word !== "" && !reserved.has(word));
}

/** Where the type ends: a word, with what stands in parentheses behind it. */
function endOfType(tokens: readonly SqlToken[], operator: number): number {
  const name = operator + 1;
  if (tokens[name + 1]?.text !== "(") return name;
  const close = tokens.findIndex((token, index) => index > name && token.text === ")");
  return close < 0 ? name : close;
}
