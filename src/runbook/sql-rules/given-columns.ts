import { meaningfulTokens } from "../../domain/sql-tokens.ts";

/** Whether a query may give a column of the name: it says the name, or takes every column of something. */
export function mayGive(text: string, name: string): boolean {
  const tokens = meaningfulTokens(text).map((token) => token.text.toLowerCase());
  return tokens.some((token, index) => token === name || (token === "*" && startsItem(tokens[index - 1])));
}

/** Whether a star behind the token stands for columns: not in `count(*)`, nor between factors. */
function startsItem(before: string | undefined): boolean {
  return before === "select" || before === "distinct" || before === "all" || before === "," || before === ".";
}
