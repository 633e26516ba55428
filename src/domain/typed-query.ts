import { tokenizeSql, type SqlToken } from "./sql-tokens.ts";

/**
 * A query as a runbook's dialect reads it, for an engine that puts names in `quote`: what stands in double quotes is a
 * text, and what stands in backticks a name, of several parts where it has points.
 */
export function typedQuery(text: string, quote: string): string {
  if (quote === "`") return text;
  return tokenizeSql(text)
    .map((token) => (token.kind === "quoted" ? written(token, quote) : token.text))
    .join("");
}

function written({ text }: SqlToken, quote: string): string {
  const inside = text.slice(1, -1);
  if (text.startsWith('"')) return `'${inside.replaceAll('""', '"').replaceAll("'", "''")}'`;
  return inside
    .split(".")
    .map((part) => `${quote}${part.replaceAll(quote, quote + quote)}${quote}`)
    .join(".");
}
