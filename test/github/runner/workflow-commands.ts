import type { Annotation } from "./run-result.ts";

/** What a line of a step's output asks of the runner. */
export type WorkflowCommand =
  | { readonly kind: "annotation"; readonly annotation: Annotation }
  | { readonly kind: "mask"; readonly value: string }
  | { readonly kind: "stop"; readonly token: string }
  | { readonly kind: "resume"; readonly token: string }
  /** A command of the runner that changes nothing here. */
  | { readonly kind: "other"; readonly name: string; readonly data: string }
  | { readonly kind: "text"; readonly line: string };

type Parsed = {
  readonly name: string;
  readonly properties: ReadonlyMap<string, string>;
  readonly data: string;
};

const levels = ["error", "warning", "notice"] as const;
const others = [
  "debug",
  "group",
  "endgroup",
  "echo",
  "add-matcher",
  "remove-matcher",
  "set-output",
  "save-state",
  "set-env",
  "add-path",
];
const registered: ReadonlySet<string> = new Set([...levels, ...others, "add-mask", "stop-commands"]);

/** What .NET's comparisons by culture do not see: controls without width, and what Unicode says to ignore. */
const unseen = /(?![\t-\r\u0085])[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}]/gu;
/** What .NET trims: `\s` of JavaScript, and U+0085. */
const space = String.raw`[\s\u0085]`;

/**
 * Reads a line as the runner does (ActionCommand.TryParseV2, then TryParse): `::name k=v,k=v::data` where the line starts,
 * `##[name k=v;k=v]data` anywhere in it; names in any case. While commands are stopped, the token's name is one too.
 */
export function parseCommand(line: string, stoppedBy?: string): WorkflowCommand {
  const text = line.replaceAll(unseen, "");
  const names = stoppedBy === undefined ? registered : new Set([...registered, stoppedBy.toLowerCase()]);
  const parsed = parseColons(text, names) ?? parseBracket(text, names);
  if (parsed === undefined) return { kind: "text", line };
  const { name, properties, data } = parsed;
  if (name === stoppedBy?.toLowerCase()) return { kind: "resume", token: name };
  const level = levels.find((each) => each === name);
  if (level !== undefined) {
    return { kind: "annotation", annotation: { level, message: data, ...placeOf(properties) } };
  }
  if (name === "add-mask") return { kind: "mask", value: data };
  if (name === "stop-commands") return { kind: "stop", token: data };
  return { kind: "other", name, data };
}

function parseColons(text: string, names: ReadonlySet<string>): Parsed | undefined {
  const trimmed = text.replace(new RegExp(`^${space}+`), "");
  const end = trimmed.indexOf("::", 2);
  if (!trimmed.startsWith("::") || end < 0) return undefined;
  const head = headOf(trimmed.slice(2, end), { names, separator: ",", unescape: unescapeProperty });
  return head && { ...head, data: unescapeData(trimmed.slice(end + 2)) };
}

function parseBracket(text: string, names: ReadonlySet<string>): Parsed | undefined {
  const start = text.indexOf("##[");
  const end = text.indexOf("]", start);
  if (start < 0 || end < 0) return undefined;
  const head = headOf(text.slice(start + 3, end), { names, separator: ";", unescape: unescapeBracket });
  return head && { ...head, data: unescapeBracket(text.slice(end + 1)) };
}

function headOf(
  info: string,
  {
    names,
    separator,
    unescape,
  }: {
    readonly names: ReadonlySet<string>;
    readonly separator: string;
    readonly unescape: (text: string) => string;
  },
): Omit<Parsed, "data"> | undefined {
  const gap = info.indexOf(" ");
  const name = (gap < 0 ? info : info.slice(0, gap)).toLowerCase();
  if (!names.has(name)) return undefined;
  const pairs =
    gap < 0
      ? []
      : info
          .slice(gap + 1)
          .trim()
          .split(separator);
  const properties = pairs.flatMap((pair): readonly (readonly [string, string])[] => {
    const equals = pair.indexOf("=");
    return equals < 1 ? [] : [[pair.slice(0, equals).toLowerCase(), unescape(pair.slice(equals + 1))]];
  });
  return { name, properties: new Map(properties) };
}

function placeOf(properties: ReadonlyMap<string, string>): Omit<Annotation, "level" | "message"> {
  const [title, file, line] = ["title", "file", "line"].map((key) => properties.get(key));
  return {
    ...(title !== undefined && { title }),
    ...(file !== undefined && { file }),
    ...(line !== undefined && { line: Number(line) }),
  };
}

function unescapeData(text: string): string {
  return text.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%25", "%");
}

function unescapeProperty(text: string): string {
  return unescapeData(text.replaceAll("%3A", ":").replaceAll("%2C", ","));
}

function unescapeBracket(text: string): string {
  return unescapeData(text.replaceAll("%3B", ";").replaceAll("%5D", "]"));
}
