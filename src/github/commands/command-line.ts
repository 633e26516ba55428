import { nearestName } from "../../runbook/nearest.ts";

/** What people may type behind `/cascade`, in the order in which help lists it. */
const commandNames = ["help", "plan", "run", "retry", "status", "why", "waive", "hold", "release"] as const;

/** The name of a comment command. */
export type CommandName = (typeof commandNames)[number];

/** What a comment asks for; `none` is an ordinary comment. */
export type CommandLine =
  | { readonly kind: "none" }
  | { readonly kind: "unknown"; readonly word: string; readonly nearest: string | undefined }
  | { readonly kind: "command"; readonly name: CommandName; readonly words: readonly string[] };

const prefix = "/cascade";

/** What phones and word processors make of quotes and dashes. */
const typography: readonly (readonly [RegExp, string])[] = [
  [/[\u00A0\u2007\u202F]/g, " "],
  [/[\u201C\u201D\u201E\u00AB\u00BB]/g, '"'],
  [/[\u2018\u2019\u201A]/g, "'"],
  [/(^|\s)[\u2013\u2014\u2212](?=[a-z])/gi, "$1--"],
  [/[\u2010-\u2015\u2212]/g, "-"],
];

/**
 * Reads the command of a comment: its first line that is not blank, if that begins with `/cascade`. Letters' case, extra
 * spaces, backticks around the line and typographic quotes and dashes do not matter; later lines are for people.
 */
export function parseCommandLine(body: string): CommandLine {
  const first = body.split(/[\r\n\u2028\u2029]/).find((line) => line.trim() !== "") ?? "";
  const line = typography.reduce((text, [pattern, plain]) => text.replace(pattern, plain), first.trim());
  const bare = withoutBackticks(line);
  if (bare.slice(0, prefix.length).toLowerCase() !== prefix) return { kind: "none" };
  const rest = bare.slice(prefix.length);
  if (rest !== "" && !/^[\s:]/.test(rest)) return { kind: "none" };
  const [word, ...words] = splitWords(rest.replace(/^[\s:]+/, ""));
  if (word === undefined) return help;
  const name = commandNames.find((known) => known === word.toLowerCase());
  if (name !== undefined) return { kind: "command", name, words };
  return { kind: "unknown", word, nearest: nearestName(word.toLowerCase(), commandNames) };
}

const help: CommandLine = { kind: "command", name: "help", words: [] };

/** Without the backticks around it; in steps as many as characters, which a pattern with two repeats would not take. */
function withoutBackticks(line: string): string {
  let [start, end] = [0, line.length];
  while (line[start] === "`") start += 1;
  while (end > start && line[end - 1] === "`") end -= 1;
  return line.slice(start, end).trim();
}

/** Words between spaces; what stands between quotes is one word. A quote that is not closed reaches to the end. */
function splitWords(text: string): readonly string[] {
  const words = text.match(/(?:[^\s"']|"[^"]*(?:"|$)|'[^']*(?:'|$))+/g) ?? [];
  return words.map((word) => word.replaceAll(/"([^"]*)(?:"|$)|'([^']*)(?:'|$)/g, "$1$2"));
}
