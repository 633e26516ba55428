import type { CalendarDate, DateRange } from "./calendar-date.ts";

/** A command of the command line in parts; dates exclude a range. */
export type PrintedCommand = {
  readonly name: string;
  /** The runbook as `runbookWord` names it, or its folder. */
  readonly runbook: string;
  /** What follows the runbook: a processor and a date of `why`. */
  readonly words?: readonly string[];
  readonly range?: DateRange | undefined;
  readonly dates?: readonly CalendarDate[] | undefined;
  readonly phases?: readonly number[] | undefined;
  readonly processors?: readonly string[] | undefined;
  /** Options without a value, by name: `no-resume`. */
  readonly flags?: readonly string[];
};

/**
 * How whoever reads a command typed their own: what they began it with, the warehouse unless it is the usual one, and the
 * repository where they named one.
 */
export type Invocation = {
  readonly prefix: string;
  readonly warehouse?: string | undefined;
  readonly repository?: string | undefined;
};

const program = "cascade";

/** The command as text, complete and quoted for a shell; `asTyped` adds what the reader's own command had. */
export function commandText(command: PrintedCommand): string {
  const { name, runbook, words = [], range, dates, phases, processors, flags = [] } = command;
  return [
    program,
    name,
    ...[runbook, ...words].map(shellWord),
    ...(processors === undefined ? [] : ["--processor", shellWord(processors.join(","))]),
    ...(phases === undefined ? [] : ["--phase", phases.join(",")]),
    ...(range === undefined ? [] : ["--start-date", range.from, "--end-date", range.to]),
    ...(dates === undefined ? [] : ["--dates", dates.join(",")]),
    ...flags.map((flag) => `--${flag}`),
  ].join(" ");
}

/** A command of `commandText` as the reader can type it where they typed theirs; another text as it is. */
export function asTyped(command: string, { prefix, warehouse, repository }: Invocation): string {
  if (!command.startsWith(`${program} `)) return command;
  const options = [
    ["warehouse", warehouse],
    ["repo", repository],
  ] as const;
  const end = options.map(([name, value]) => (value === undefined ? "" : ` --${name} ${shellWord(value)}`));
  return `${prefix}${command.slice(program.length)}${end.join("")}`;
}

/** A command of `commandText` that runs here as one that has GitHub run the same; another text as it is. */
export function asDispatched(command: string): string {
  return command.replace(/^cascade run /, `${program} dispatch `);
}

/** A name as one word of a shell. */
export function shellWord(text: string): string {
  return /^[\w./:,-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** The words of a text that `shellWord` made of them, with spaces between. */
export function wordsOfShell(text: string): readonly string[] {
  const words = text.match(/(?:'[^']*'|\\'|[^\s'\\])+/g) ?? [];
  return words.map((quoted) =>
    quoted.replaceAll(/'([^']*)'|\\(')/g, (_, inner = "", quote = "") => `${inner}${quote}`),
  );
}

/** The runbook as a command names it: by its name where that finds it, else by its folder, which is no option. */
export function runbookWord({ name, folder }: { readonly name: string; readonly folder?: string }): string {
  if (folder === undefined || folder === `runbooks/${name}`) return name;
  return folder.startsWith("-") ? `./${folder}` : folder;
}
