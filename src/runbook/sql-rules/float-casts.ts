import type { SqlToken } from "../../domain/sql-tokens.ts";
import type { SqlFinding } from "./sql-finding.ts";

const wholeFunctions = new Set([
  "round",
  "floor",
  "ceil",
  "ceiling",
  "trunc",
  "div",
  "sign",
  "cast",
  "count",
  "length",
]);

/** `cast(<float> as int64)`, seen by a division or a float literal that no rounding function holds. */
export function floatCasts(tokens: readonly SqlToken[]): readonly SqlFinding[] {
  return tokens.flatMap((token, index) => {
    if (token.kind !== "word" || lower(token) !== "cast" || tokens[index + 1]?.text !== "(") return [];
    const inside = unroundedTokens(tokens, index + 2);
    const castsToInteger = lower(inside.at(-2)) === "as" && lower(inside.at(-1)) === "int64";
    if (!castsToInteger || !inside.some(isFloat)) return [];
    return [
      {
        offset: token.offset,
        message: "A cast of a float to int64 rounds 2.5 to 3 on BigQuery and to 2 on DuckDB",
        hint: "write cast(floor(...) as int64) or cast(round(...) as int64)",
      },
    ];
  });
}

/** Tokens up to the closing parenthesis, without what rounding functions hold. */
function unroundedTokens(tokens: readonly SqlToken[], start: number): readonly SqlToken[] {
  const inside: SqlToken[] = [];
  const rounded: boolean[] = [];
  for (let index = start; index < tokens.length; index += 1) {
    const token = tokens[index];
    if (token === undefined || (token.text === ")" && rounded.length === 0)) break;
    if (token.text === "(") rounded.push(wholeFunctions.has(lower(tokens[index - 1])));
    else if (token.text === ")") rounded.pop();
    else if (!rounded.includes(true)) inside.push(token);
  }
  return inside;
}

function isFloat(token: SqlToken): boolean {
  return token.text === "/" || (token.kind === "number" && /[.e]/i.test(token.text));
}

function lower(token: SqlToken | undefined): string {
  return token?.text.toLowerCase() ?? "";
}
