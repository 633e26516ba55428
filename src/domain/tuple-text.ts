/**
 * One text for a tuple of texts: parts joined by `|`, and `|` and `\` inside a part escaped by `\`, so that two tuples
 * never share a text. `keyText` in src/sql is the same for keys of several parts.
 */
export function tupleText(parts: readonly string[]): string {
  return parts.map((part) => part.replaceAll(/[\\|]/g, String.raw`\$&`)).join("|");
}
