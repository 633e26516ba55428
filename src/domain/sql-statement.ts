import { meaningfulTokens, tokenizeSql } from "./sql-tokens.ts";

/** Most characters of a text of SQL in a runbook: what asks about it may take longer than its length. */
export const mostSqlCharacters = 100_000;

/** White space that is none to an engine, and characters that show nothing: what editors and web pages leave in SQL. */
const oddSpace = /[^\S\n\t ]|\u200B|\u200C|\u200D|\u2060/gu;

/** What a text has to have for `plainSql` to change it; most have none. */
const needsPlaining = /[\r\uFEFF]|[^\S\n\t ]|\u200B|\u200C|\u200D|\u2060/u;

/** SQL as an engine reads it: lines end in `\n`, and there is no mark of the byte order and no odd space outside strings. */
export function plainSql(text: string): string {
  if (!needsPlaining.test(text)) return text;
  const lines = text.replace(/^\uFEFF/, "").replaceAll(/\r\n?/g, "\n");
  return tokenizeSql(lines)
    .map(({ kind, text: own }) =>
      kind === "space" || kind === "symbol" ? own.replaceAll(oddSpace, " ") : own,
    )
    .join("");
}

/** The text of one statement without the semicolons that end it. */
export function unendedSql(text: string): string {
  if (!text.includes(";")) return text;
  const last = meaningfulTokens(text).findLast((token) => token.text !== ";")?.offset ?? 0;
  return tokenizeSql(text)
    .map((token) => (token.text === ";" && token.offset > last ? "" : token.text))
    .join("");
}

/** The statements of a script, without what is only comment or space, each with its offset. */
export function splitStatements(text: string): readonly { readonly text: string; readonly offset: number }[] {
  const statements: { text: string; offset: number }[] = [];
  let isOpen = false;
  for (const token of tokenizeSql(text)) {
    const last = statements.at(-1);
    if (token.kind === "symbol" && token.text === ";") isOpen = false;
    else if (isOpen && last !== undefined) last.text += token.text;
    else if (token.kind !== "space" && token.kind !== "comment") {
      statements.push({ text: token.text, offset: token.offset });
      isOpen = true;
    }
  }
  return statements;
}

/** Where each statement of a text begins; empty ones, as between two semicolons, are none. */
export function statementOffsets(text: string): readonly number[] {
  const tokens = meaningfulTokens(text);
  return tokens
    .filter((token, index) => token.text !== ";" && (tokens[index - 1]?.text ?? ";") === ";")
    .map(({ offset }) => offset);
}

/** Where a string, a quoted name or a comment begins that nothing ends. */
export function unendedOffset(text: string): number | undefined {
  const last = tokenizeSql(text).at(-1);
  if (last === undefined) return undefined;
  const { kind, text: own, offset } = last;
  const isOpen =
    kind === "comment"
      ? own.startsWith("/*") && (own.length < 4 || !own.endsWith("*/"))
      : (kind === "string" || kind === "quoted") && (own.length < 2 || own.at(-1) !== own[0]);
  return isOpen ? offset : undefined;
}
