import { parseArgs, type ParseArgsConfig } from "node:util";
import { parseCalendarDate } from "../../domain/calendar-date.ts";
import type { CommandName } from "./command-line.ts";
import { refuse, type Refusal } from "./refusal.ts";

/** What stands behind a command: options by name, and words without one. */
export type CommandArguments = {
  readonly kind: "arguments";
  /** The runbook, where the comment names one. */
  readonly runbook: string | undefined;
  readonly options: Readonly<Record<string, string | boolean>>;
  readonly positionals: readonly string[];
};

type Options = NonNullable<ParseArgsConfig["options"]>;

const text = { type: "string" } as const;
const selection = { "start-date": text, "end-date": text, dates: text, phase: text, processor: text };
const allowed: Readonly<Record<CommandName, Options>> = {
  help: {},
  plan: selection,
  run: {
    ...selection,
    resume: { type: "boolean" },
    fresh: { type: "boolean" },
    "allow-empty": { type: "boolean" },
    "with-upstream": { type: "boolean" },
  },
  retry: {},
  status: selection,
  why: {},
  waive: {
    processor: text,
    period: text,
    "max-rate": text,
    dates: text,
    entity: text,
    finding: text,
    source: text,
    reason: text,
    expires: text,
  },
  hold: {},
  release: {},
};

/** What the values of options look like; others are free text. */
const forms: Readonly<Record<string, RegExp>> = {
  phase: /^\d{1,3}(?:,\d{1,3})*$/,
  processor: /^[A-Za-z]\w*(?:,[A-Za-z]\w*)*$/,
  period: /^[\w-]+$/,
  source: /^\w+\.\w+$/,
  "max-rate": /^(?:0?\.\d+|1(?:\.0+)?|0)$/,
};
const dateOptions = new Set(["start-date", "end-date", "dates", "expires"]);

/** Characters of a value or reason. */
export const longestText = 2000;

/** Reads a command's words; `runbooks` are the names that may stand among them. Refusal: bad-arguments. */
export function readArguments(
  name: CommandName,
  words: readonly string[],
  runbooks: readonly string[],
): CommandArguments | Refusal {
  if (name === "hold") return holdArguments(words, runbooks);
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      options: allowed[name],
      allowPositionals: true,
      allowNegative: true,
    });
    return checkArguments(name, { options: definedOf(values), positionals }, runbooks);
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause);
    return refuse("bad-arguments", `${name}: ${found}`);
  }
}

/** Whatever stands behind `hold` is its reason. */
function holdArguments(words: readonly string[], runbooks: readonly string[]): CommandArguments | Refusal {
  const [first = ""] = words;
  const isNamed = runbooks.includes(first);
  const reason = (isNamed ? words.slice(1) : words).join(" ");
  if (reason.length > longestText)
    return refuse("bad-arguments", `the reason is over ${longestText} characters`);
  return {
    kind: "arguments",
    runbook: isNamed ? first : undefined,
    options: reason === "" ? {} : { reason },
    positionals: [],
  };
}

function checkArguments(
  name: CommandName,
  { options, positionals }: Pick<CommandArguments, "options" | "positionals">,
  runbooks: readonly string[],
): CommandArguments | Refusal {
  for (const [option, value] of Object.entries(options)) {
    if (typeof value === "string" && !fits(option, value))
      return refuse("bad-arguments", `--${option} cannot be "${value}"`);
  }
  const dashed = positionals.find((word) => word.startsWith("-"));
  if (dashed !== undefined) return refuse("bad-arguments", `"${dashed}" is no option here`);
  const runbook = positionals.find((word) => runbooks.includes(word));
  const others = positionals.filter((word) => word !== runbook);
  const most = name === "why" ? 3 : 0;
  const [extra] = others.slice(most);
  if (extra !== undefined) return refuse("bad-arguments", `nothing is known of "${extra}"`);
  return { kind: "arguments", runbook, options, positionals: others };
}

function fits(option: string, value: string): boolean {
  if (value === "" || value.length > longestText) return false;
  if (dateOptions.has(option))
    return value.split(",").every((date) => parseCalendarDate(date.trim()) !== undefined);
  return forms[option]?.test(value) ?? true;
}

function definedOf(values: Readonly<Record<string, unknown>>): Readonly<Record<string, string | boolean>> {
  const given = Object.entries(values).filter(
    (entry): entry is [string, string | boolean] =>
      typeof entry[1] === "string" || typeof entry[1] === "boolean",
  );
  return Object.fromEntries(given);
}
