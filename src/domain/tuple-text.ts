/**
 * One text for a tuple of texts: parts joined by `|`, and `|` and `\` inside a part escaped by `\`, so that two tuples
 * never share a text. `keyText` in src/sql is the same for keys of several parts.
 */
export function tupleText(parts: readonly string[]): string {
  return parts.map(escaped).join("|");
}

/** Almost no part holds either; looking first is several times as fast. */
function escaped(part: string): string {
  const isPlain = !part.includes("|") && !part.includes("\\");
  return isPlain ? part : part.replaceAll(/[\\|]/g, String.raw`\$&`);
}

/** The inverse of `tupleText`. */
export function splitTuple(text: string): readonly string[] {
  const parts = [""];
  let isEscaped = false;
  for (const character of text) {
    if (!isEscaped && character === "\\") isEscaped = true;
    else if (!isEscaped && character === "|") parts.push("");
    else {
      parts.push(`${parts.pop() ?? ""}${character}`);
      isEscaped = false;
    }
  }
  return parts;
}
