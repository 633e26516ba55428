import type { Mention } from "../../domain/mention.ts";
import { cleanText } from "./clean-text.ts";
import type { Mermaid } from "./mermaid-text.ts";

declare const markdownText: unique symbol;

/** Markdown in which nothing but what is ours is mark-up. */
export type Markdown = string & { readonly [markdownText]: true };

/** Markdown of ours with pieces in it that are safe already; a raw text does not fit. */
export function markup(texts: TemplateStringsArray, ...pieces: readonly (Markdown | number)[]): Markdown {
  return texts.map((text, index) => `${text}${pieces[index] ?? ""}`).join("") as Markdown;
}

/** Pieces in their order, with a separator of ours. */
export function joinMarkdown(pieces: readonly Markdown[], separator: "\n\n" | "\n" | ", " | " · "): Markdown {
  const texts = pieces.map((piece) => piece.trimEnd());
  return texts.filter((text) => text !== "").join(separator) as Markdown;
}

/** The same inside an item of a numbered list. */
export function indented(markdown: Markdown): Markdown {
  return markdown.replaceAll("\n", "\n   ") as Markdown;
}

/** A document or table that one of the report's renderers put together of escaped pieces. */
export function renderedMarkdown(document: string): Markdown {
  return document as Markdown;
}

/** Characters of a line in a block. */
const longestLine = 2000;

/** A word in which no mark-up, mention, reference, commit or address can hide; and marks that stand alone. */
const safeWord = /^\(?[\p{L}\d]+(?:[.,:'/-][\p{L}\d]+)*[),.:;]*%?[),.:;]*$/u;
const loneMark = /^(?:[%=·→±−+/][),.;:]{0,3}|\d{1,6}[,;]?)$/u;
const risky = /^\(?\d+[.)]$|www\.|[A-Za-z]-\d|^[0-9a-f]{7,}\W*$|^\d{7,}/i;

/** Most cells: a short identifier, a word or a date; known to be safe at a glance. */
const simple = /^(?:[A-Z]{1,4}\d{0,2}|(?![a-f]+$)[a-z]{1,12}|\d{4}-\d\d-\d\d)$/;

/** What stands between single backticks as a word of its own, and the marks of a sentence around it. */
const quotedCode = /(?<=^| )(\(?`[^` ](?:[^`]*[^` ])?`[),.:;]*)(?= |$)/;

/**
 * Any text as Markdown that stays text: words in which something could hide become code spans, inside which GitHub
 * resolves nothing. What stands between backticks already is one code span.
 */
export function escapeMarkdown(text: string, limit?: number): Markdown {
  if (simple.test(text)) return text as Markdown;
  return inert(text, limit)
    .split(quotedCode)
    .map((piece, index) => (index % 2 === 1 ? piece : escapeWords(piece)))
    .join("") as Markdown;
}

/** Words and the spaces around them. */
function escapeWords(text: string): string {
  const runs: { isSafe: boolean; words: string[] }[] = [];
  for (const word of text.split(" ")) {
    const isSafe = word === "" || loneMark.test(word) || (safeWord.test(word) && !risky.test(word));
    const last = runs.at(-1);
    if (last?.isSafe === isSafe) last.words.push(word);
    else runs.push({ isSafe, words: [word] });
  }
  return runs.map(({ isSafe, words }) => (isSafe ? words.join(" ") : codeSpan(words.join(" ")))).join(" ");
}

/** Any text as one cell of a Markdown table. */
export function escapeCell(text: string, limit?: number): Markdown {
  if (simple.test(text)) return text as Markdown;
  return escapeMarkdown(text, limit).replaceAll("|", String.raw`\|`) as Markdown;
}

/** What a reader of `escapeMarkdown` and `escapeCell` sees, with the backticks around what is code. */
export function inert(text: string, limit?: number): string {
  const clean = cleanText(text, limit)
    .replaceAll("${{", "$ {{")
    .replaceAll("<!--", "<! --")
    .replaceAll(/`{4,}/g, "```…")
    .replaceAll(/\\(?=\|)/g, String.raw`\ `);
  return clean === "" ? "(empty)" : clean;
}

/** Any text as code, such as a command to copy. */
export function escapeCode(text: string, limit?: number): Markdown {
  return codeSpan(inert(text, limit)) as Markdown;
}

/** A code span whose fence is longer than any run of backticks inside. */
function codeSpan(text: string): string {
  const runs = text.match(/`+/g) ?? [];
  const fence = "`".repeat(Math.max(0, ...runs.map((run) => run.length)) + 1);
  const pad = text.startsWith("`") || text.endsWith("`") ? " " : "";
  return `${fence}${pad}${text}${pad}${fence}`;
}

/** Somebody's name that GitHub tells them of: everywhere else names are text. */
export function mentionMarkdown(name: Mention): Markdown {
  return renderedMarkdown(name);
}

/** An address as a Markdown link; anything but http and https stays text. */
export function markdownLink(title: string, url: string): Markdown {
  const isSafe = /^https?:\/\/[\w.~:/?#@!$&'*+,;=%-]{1,400}$/.test(url);
  const label = inert(title, 60).replaceAll(/[^\p{L}\p{N} .,-]/gu, " ");
  return isSafe
    ? (`[${label}](<${url}>)` as Markdown)
    : markup`${escapeMarkdown(title, 60)} ${escapeMarkdown(url)}`;
}

/** A diagram that GitHub draws. */
export function diagramBlock(diagram: Mermaid): Markdown {
  return `\`\`\`mermaid\n${diagram}\n\`\`\`` as Markdown;
}

/** Commands or what they print, as a fenced block that no text can close; blank lines and columns stay. */
export function codeBlock(text: string): Markdown {
  const lines = text.split("\n").map(codeLine);
  const runs = lines.join("\n").match(/`+/g) ?? [];
  const fence = "`".repeat(Math.max(2, ...runs.map((run) => run.length)) + 1);
  return `${fence}sh\n${lines.join("\n")}\n${fence}` as Markdown;
}

function codeLine(line: string): string {
  const parts = line.trimEnd().slice(0, longestLine).split(/( +)/);
  return parts.map((part) => (/^ *$/.test(part) ? part : inert(part, longestLine))).join("");
}
