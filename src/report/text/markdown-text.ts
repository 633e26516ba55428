import { cleanText } from "./clean-text.ts";

/** Characters of a line in a block. */
const longestLine = 2000;

/** A word in which no mark-up, mention, reference, commit or address can hide; and marks that stand alone. */
const safeWord = /^\(?[\p{L}\d]+(?:[.,:'/-][\p{L}\d]+)*[),.:;]*%?[),.:;]*$/u;
const loneMark = /^(?:[%=·→±−+/][),.;:]{0,3}|\d{1,6}[,;]?)$/u;
const risky = /^\(?\d+[.)]$|www\.|[A-Za-z]-\d|^[0-9a-f]{7,}\W*$|^\d{7,}/i;

/** Most cells: a short identifier, a word or a date; known to be safe at a glance. */
const simple = /^(?:[A-Z]{1,4}\d{0,2}|(?![a-f]+$)[a-z]{1,12}|\d{4}-\d\d-\d\d)$/;

/**
 * Any text as Markdown that stays text: words in which something could hide become code spans, inside which GitHub
 * resolves nothing.
 */
export function escapeMarkdown(text: string, limit?: number): string {
  if (simple.test(text)) return text;
  const runs: { isSafe: boolean; words: string[] }[] = [];
  for (const word of inert(text, limit).split(" ")) {
    const isSafe = loneMark.test(word) || (safeWord.test(word) && !risky.test(word));
    const last = runs.at(-1);
    if (last?.isSafe === isSafe) last.words.push(word);
    else runs.push({ isSafe, words: [word] });
  }
  return runs.map(({ isSafe, words }) => (isSafe ? words.join(" ") : codeSpan(words.join(" ")))).join(" ");
}

/** Any text as one cell of a Markdown table. */
export function escapeCell(text: string, limit?: number): string {
  if (simple.test(text)) return text;
  return escapeMarkdown(text, limit).replaceAll("|", String.raw`\|`);
}

/** What a reader of `escapeMarkdown` and `escapeCell` sees. */
export function inert(text: string, limit?: number): string {
  const clean = cleanText(text, limit)
    .replaceAll("${{", "$ {{")
    .replaceAll("<!--", "<! --")
    .replaceAll(/`{4,}/g, "```…")
    .replaceAll(/\\(?=\|)/g, String.raw`\ `);
  return clean === "" ? "(empty)" : clean;
}

/** A code span whose fence is longer than any run of backticks inside. */
function codeSpan(text: string): string {
  const runs = text.match(/`+/g) ?? [];
  const fence = "`".repeat(Math.max(0, ...runs.map((run) => run.length)) + 1);
  const pad = text.startsWith("`") || text.endsWith("`") ? " " : "";
  return `${fence}${pad}${text}${pad}${fence}`;
}

/** An address as a Markdown link; anything but http and https stays text. */
export function markdownLink(title: string, url: string): string {
  const isSafe = /^https?:\/\/[\w.~:/?#@!$&'*+,;=%-]{1,400}$/.test(url);
  const label = inert(title, 60).replaceAll(/[^\p{L}\p{N} .,-]/gu, " ");
  return isSafe ? `[${label}](<${url}>)` : `${escapeMarkdown(title, 60)} ${escapeMarkdown(url)}`;
}

/** Commands or what they print, as a fenced block that no text can close; blank lines and columns stay. */
export function codeBlock(text: string): string {
  const lines = text.split("\n").map(codeLine);
  const runs = lines.join("\n").match(/`+/g) ?? [];
  const fence = "`".repeat(Math.max(2, ...runs.map((run) => run.length)) + 1);
  return `${fence}sh\n${lines.join("\n")}\n${fence}`;
}

function codeLine(line: string): string {
  const parts = line.trimEnd().slice(0, longestLine).split(/( +)/);
  return parts.map((part) => (/^ *$/.test(part) ? part : inert(part, longestLine))).join("");
}
