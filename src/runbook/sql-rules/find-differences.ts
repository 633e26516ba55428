import { meaningfulTokens, type SqlToken } from "../../domain/sql-tokens.ts";
import { floatCasts } from "./float-casts.ts";
import { nullOrders } from "./null-orders.ts";
import type { SqlFinding } from "./sql-finding.ts";

type Difference = Omit<SqlFinding, "offset"> | undefined;
type Rule = (token: SqlToken, next: readonly SqlToken[], before: SqlToken | undefined) => Difference;

const rules: readonly Rule[] = [
  untypedDecimal,
  quotedName,
  stringEscape,
  castOperator,
  filterClause,
  arrayLiteral,
  concatCall,
];

/**
 * What GoogleSQL and DuckDB would answer differently or only one would take, as far as text alone can tell for sure.
 * `nullable` names the columns that may hold NULL in every table that the text reads and that has them.
 */
export function findDialectDifferences(text: string, nullable: ReadonlySet<string>): readonly SqlFinding[] {
  const tokens = meaningfulTokens(text);
  const simple = tokens.flatMap((token, index) => {
    const next = tokens.slice(index + 1, index + 3);
    return rules.flatMap((rule) => {
      const finding = rule(token, next, tokens[index - 1]);
      return finding === undefined ? [] : [{ offset: token.offset, ...finding }];
    });
  });
  return [...simple, ...nullOrders(tokens, nullable), ...floatCasts(tokens)];
}

function untypedDecimal(token: SqlToken): Difference {
  if (token.kind !== "number" || !token.text.includes(".") || /e/i.test(token.text)) return undefined;
  return {
    message: `${token.text} is a decimal on DuckDB and a float on BigQuery`,
    hint: `write ${token.text}e0`,
  };
}

function quotedName(token: SqlToken): Difference {
  if (token.kind !== "quoted") return undefined;
  if (token.text.startsWith("`"))
    return { message: "Backticks are no names on DuckDB", hint: "write the name without them" };
  return {
    message: "Double quotes hold a name on DuckDB and a string on BigQuery",
    hint: "use single quotes for strings",
  };
}

function stringEscape(token: SqlToken): Difference {
  if (token.kind !== "string" || !/\\|''/.test(token.text.slice(1, -1))) return undefined;
  return {
    message: "A backslash or a doubled quote in a string means different things on the engines",
    hint: "build the character with chr()",
  };
}

function castOperator(token: SqlToken): Difference {
  return token.text === "::" ? { message: "BigQuery has no ::", hint: "write cast(... as ...)" } : undefined;
}

function filterClause(token: SqlToken, next: readonly SqlToken[]): Difference {
  if (!isWord(token, "filter") || next[0]?.text !== "(" || !isWord(next[1], "where")) return undefined;
  return { message: "BigQuery has no filter (where ...)", hint: "write sum(case when ... then ... end)" };
}

function arrayLiteral(token: SqlToken, next: readonly SqlToken[]): Difference {
  if (!isWord(token, "unnest") || next[0]?.text !== "(" || next[1]?.text !== "[") return undefined;
  return {
    message: "unnest([...]) names its column differently on the engines",
    hint: "write select ... union all select ...",
  };
}

function concatCall(token: SqlToken, next: readonly SqlToken[], before: SqlToken | undefined): Difference {
  if (!isWord(token, "concat") || next[0]?.text !== "(" || before?.text === ".") return undefined;
  return {
    message: "concat leaves out NULL on DuckDB and is NULL on BigQuery",
    hint: "write || with coalesce(...)",
  };
}

/** Whether the token is this word, in any case. */
function isWord(token: SqlToken | undefined, word: string): boolean {
  return token?.kind === "word" && token.text.toLowerCase() === word;
}
