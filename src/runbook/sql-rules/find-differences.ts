import { meaningfulTokens, type SqlToken } from "../../domain/sql-tokens.ts";
import { floatCasts } from "./float-casts.ts";
import { nullOrders } from "./null-orders.ts";
import type { SqlFinding } from "./sql-finding.ts";

type Difference = Omit<SqlFinding, "offset"> | undefined;
type Rule = (next: readonly (SqlToken | undefined)[], before: SqlToken | undefined) => Difference;

/** Rules about words by the word in lower case. */
const wordRules: ReadonlyMap<string, Rule> = new Map([
  ["filter", filterClause],
  ["unnest", arrayLiteral],
  ["concat", concatCall],
]);

/**
 * What GoogleSQL and DuckDB would answer differently or only one would take, as far as text alone can tell for sure.
 * `nullable` names the columns that may hold NULL in every table that the text reads and that has them.
 */
export function findDialectDifferences(text: string, nullable: ReadonlySet<string>): readonly SqlFinding[] {
  const tokens = meaningfulTokens(text);
  const simple: SqlFinding[] = [];
  for (const [index, token] of tokens.entries()) {
    const finding = differenceAt(tokens, token, index);
    if (finding !== undefined) simple.push({ offset: token.offset, ...finding });
  }
  return [...simple, ...nullOrders(tokens, nullable), ...floatCasts(tokens)];
}

function differenceAt(tokens: readonly SqlToken[], token: SqlToken, index: number): Difference {
  const { kind, text } = token;
  if (kind === "number") return untypedDecimal(token);
  if (kind === "quoted") return quotedName(token);
  if (kind === "string") return stringEscape(token);
  if (kind === "symbol") return castOperator(token);
  const rule = wordRules.get(text.toLowerCase());
  return rule?.([tokens[index + 1], tokens[index + 2]], tokens[index - 1]);
}

function untypedDecimal(token: SqlToken): Difference {
  if (!token.text.includes(".") || /e/i.test(token.text)) return undefined;
  return {
    message: `${token.text} is a decimal on DuckDB and a float on BigQuery`,
    hint: `write ${token.text}e0`,
  };
}

function quotedName(token: SqlToken): Difference {
  if (token.text.startsWith("`"))
    return { message: "Backticks are no names on DuckDB", hint: "write the name without them" };
  return {
    message: "Double quotes hold a name on DuckDB and a string on BigQuery",
    hint: "use single quotes for strings",
  };
}

function stringEscape(token: SqlToken): Difference {
  if (!/\\|''/.test(token.text.slice(1, -1))) return undefined;
  return {
    message: "A backslash or a doubled quote in a string means different things on the engines",
    hint: "build the character with chr()",
  };
}

function castOperator(token: SqlToken): Difference {
  return token.text === "::" ? { message: "BigQuery has no ::", hint: "write cast(... as ...)" } : undefined;
}

function filterClause(next: readonly (SqlToken | undefined)[]): Difference {
  if (next[0]?.text !== "(" || !isWord(next[1], "where")) return undefined;
  return { message: "BigQuery has no filter (where ...)", hint: "write sum(case when ... then ... end)" };
}

function arrayLiteral(next: readonly (SqlToken | undefined)[]): Difference {
  if (next[0]?.text !== "(" || next[1]?.text !== "[") return undefined;
  return {
    message: "unnest([...]) names its column differently on the engines",
    hint: "write select ... union all select ...",
  };
}

function concatCall(next: readonly (SqlToken | undefined)[], before: SqlToken | undefined): Difference {
  if (next[0]?.text !== "(" || before?.text === ".") return undefined;
  return {
    message: "concat leaves out NULL on DuckDB and is NULL on BigQuery",
    hint: "write || with coalesce(...)",
  };
}

/** Whether the token is this word, in any case. */
function isWord(token: SqlToken | undefined, word: string): boolean {
  return token?.kind === "word" && token.text.toLowerCase() === word;
}
