/**
 * Characters that change how others are shown or read: controls, separators, zero-width and direction marks, tags,
 * variation selectors, halves of surrogate pairs.
 */
const unsafe =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Cf}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2800]/gu;
const longest = 200;

/**
 * A string of the warehouse as one line of visible characters: line breaks and tabs are spaces, invisible characters
 * are written as `\u{202E}`, and what is longer than `limit` characters ends in an ellipsis.
 */
export function cleanText(text: string, limit = longest): string {
  const line = text.slice(0, limit * 4).replaceAll(/[\r\n\t\v\f\u0085\u2028\u2029]+/g, " ");
  const visible = line
    .replaceAll(unsafe, escapeOf)
    .replaceAll(/[\p{Zs} ]+/gu, " ")
    .trim();
  return cutText(visible, limit);
}

/** At most `limit` characters (code points), the last of them an ellipsis when some were cut. */
export function cutText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const characters = Array.from(text);
  if (characters.length <= limit) return text;
  return `${characters.slice(0, Math.max(0, limit - 1)).join("")}…`;
}

/** Any text as the lines it has, long as they are: indents stay, all other white space is spaces, nothing is invisible. */
export function visibleLines(text: string): readonly string[] {
  return text
    .split(/\r\n|[\n\r\u2028\u2029\u0085\v\f]/)
    .map((line) => line.replaceAll(/[\t\p{Zs}]/gu, " ").replaceAll(unsafe, escapeOf));
}

function escapeOf(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`;
}
