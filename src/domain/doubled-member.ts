import { NumberText, parseExactJson } from "./exact-json.ts";

/**
 * The first member of an object's JSON text that is there twice, or in whose value a member is; undefined where none is. A
 * reader of JSON keeps one of two members in silence: `row`, what `parseExactJson` made of the text, has fewer then.
 */
export function doubledMember(text: string, row: Readonly<Record<string, unknown>>): string | undefined {
  if (colonsOf(text) === countMembers(row)) return undefined;
  const names = new Set<string>();
  for (const { name, value } of membersOf(text)) {
    if (names.has(name) || colonsOf(value) !== countMembers(parseExactJson(value))) return name;
    names.add(name);
  }
  return undefined;
}

/** Members as they are written: a colon outside of a text stands in one, and one only. */
function colonsOf(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') at = endOfText(text, at);
    else if (character === ":") count += 1;
  }
  return count;
}

/** Not by calling itself: values may be thousands of levels deep. */
function countMembers(value: unknown): number {
  const open = [value];
  let count = 0;
  for (const part of open) {
    if (typeof part !== "object" || part === null || part instanceof NumberText) continue;
    const inner: readonly unknown[] = Object.values(part);
    if (!Array.isArray(part)) count += inner.length;
    for (const each of inner) open.push(each);
  }
  return count;
}

/** The members of the outermost object, in their order, with the JSON texts of their values. */
function* membersOf(text: string): Iterable<{ readonly name: string; readonly value: string }> {
  let [depth, last, name, start] = [0, "", "", 0];
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? "";
    if (character === '"') {
      const from = at;
      at = endOfText(text, at);
      if (depth === 1) last = text.slice(from, at + 1);
      continue;
    }
    if (depth === 1 && character === ":") [name, start] = [String(JSON.parse(last)), at + 1];
    const isEnd = depth === 1 && (character === "," || character === "}");
    if (isEnd) yield { name, value: text.slice(start, at) };
    if ("{[".includes(character)) depth += 1;
    if ("}]".includes(character)) depth -= 1;
  }
}

/** Where the quote is that ends the text which begins at `start`: not behind an odd number of backslashes. */
function endOfText(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
}

function isEscaped(text: string, at: number): boolean {
  let from = at;
  while (text[from - 1] === "\\") from -= 1;
  return (at - from) % 2 === 1;
}
