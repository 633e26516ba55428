import { usualAddress } from "../../engines/engine-table.ts";
import { parseArgs } from "node:util";
import { parseCalendarDate, type CalendarDate, type DateRange } from "../../domain/calendar-date.ts";
import { dateOrders, type OrderOfDates } from "../../domain/date-order.ts";
import { failureClasses, type FailureClass } from "../../domain/verdict.ts";
import { Fault } from "../../errors.ts";
import { selectedRange } from "../../plan/calendar/selected-range.ts";
import type { Selection } from "../../plan/plan.ts";
import { nearestName } from "../../runbook/nearest.ts";
import type { Runbook } from "../../runbook/runbook.ts";

const definitions = {
  "start-date": { type: "string" },
  "end-date": { type: "string" },
  dates: { type: "string" },
  phase: { type: "string" },
  processor: { type: "string" },
  warehouse: { type: "string" },
  memory: { type: "string" },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
  seed: { type: "string" },
  seasons: { type: "string" },
  replace: { type: "boolean" },
  from: { type: "string" },
  tables: { type: "string" },
  sql: { type: "string" },
  dbt: { type: "string" },
  out: { type: "string" },
  resume: { type: "boolean" },
  digest: { type: "string" },
  "stop-on-failure": { type: "boolean" },
  audit: { type: "boolean" },
  "with-upstream": { type: "boolean" },
  "with-downstream": { type: "boolean" },
  "allow-findings": { type: "boolean" },
  "allow-empty": { type: "boolean" },
  concurrency: { type: "string" },
  cost: { type: "boolean" },
  "max-cost": { type: "string" },
  "chunk-days": { type: "string" },
  "date-order": { type: "string" },
  strict: { type: "boolean" },
  reconcile: { type: "boolean" },
  against: { type: "string" },
  period: { type: "string" },
  entity: { type: "string" },
  finding: { type: "string" },
  source: { type: "string" },
  "max-rate": { type: "string" },
  reason: { type: "string" },
  approver: { type: "string" },
  expires: { type: "string" },
  check: { type: "boolean" },
  all: { type: "boolean" },
  write: { type: "boolean" },
  approval: { type: "string" },
  "fail-on": { type: "string" },
  repo: { type: "string" },
  ref: { type: "string" },
  "report-to": { type: "string" },
  "dry-run": { type: "boolean" },
  fresh: { type: "boolean" },
  follow: { type: "boolean" },
  github: { type: "boolean" },
  record: { type: "boolean" },
  "keep-texts": { type: "boolean" },
  states: { type: "string" },
  require: { type: "string" },
  badge: { type: "string" },
  page: { type: "string" },
} as const;

/** An option by its name without the dashes. */
type OptionName = keyof typeof definitions;

/** The command line after parsing: what is absent was not given. */
export type Options = {
  readonly positionals: readonly string[];
  readonly startDate: CalendarDate | undefined;
  readonly endDate: CalendarDate | undefined;
  readonly dates: readonly CalendarDate[] | undefined;
  readonly phases: readonly number[] | undefined;
  readonly processors: readonly string[] | undefined;
  readonly warehouse: string;
  /** The warehouse that the command would have where none was given. */
  readonly usualWarehouse: string;
  readonly json: boolean;
  readonly help: boolean;
  readonly text: (name: OptionName) => string | undefined;
  readonly flag: (name: OptionName) => boolean | undefined;
  /** What makes a command exit with 1; undefined means everything. */
  readonly failOn: readonly FailureClass[] | undefined;
  /** A whole number of at least 1. */
  readonly count: (name: OptionName) => number | undefined;
  /** Names of the options that were given. */
  readonly given: readonly string[];
};

/** What every command takes. */
const everywhere = ["warehouse", "memory", "json", "help"];

/** What `[selection]` stands for in a usage. */
const selecting = ["start-date", "end-date", "dates", "phase", "processor"];

/** Parses what follows the command's name. Faults: usage, invalid-date. */
export function parseOptions(
  args: readonly string[],
  environment: { readonly CASCADE_WAREHOUSE?: string | undefined },
): Options {
  const { values, positionals } = parseKnown(args);
  function text(name: OptionName): string | undefined {
    const value = values[name];
    return typeof value === "string" ? value : undefined;
  }
  return {
    positionals,
    startDate: dateOf("--start-date", text("start-date")),
    endDate: dateOf("--end-date", text("end-date")),
    dates: listOf(text("dates"))?.map((date) => requireDate("--dates", date)),
    phases: listOf(text("phase"))?.map((phase) => requireCount("--phase", phase)),
    processors: listOf(text("processor")),
    warehouse: text("warehouse") ?? (environment.CASCADE_WAREHOUSE || usualAddress),
    usualWarehouse: usualAddress,
    failOn: listOf(text("fail-on"))?.map(requireClass),
    json: values.json ?? false,
    help: values.help ?? false,
    given: Object.keys(values),
    text,
    flag: (name) => {
      const value = values[name];
      return typeof value === "boolean" ? value : undefined;
    },
    count: (name) => {
      const value = text(name);
      return value === undefined ? undefined : requireCount(`--${name}`, value);
    },
  };
}

/** Refuses what a command's usage does not name: an option that is ignored looks as if it were carried out. Fault: usage. */
export function refuseUnused({ given }: Options, usage: string): void {
  const named = [...usage.matchAll(/--(?:no-)?([a-z-]+)/g)].map(([, name]) => name ?? "");
  const taken = new Set([...everywhere, ...named, ...(usage.includes("[selection]") ? selecting : [])]);
  const unused = given.find((name) => !taken.has(name));
  if (unused === undefined) return;
  throw new Fault("usage", `Cannot read the command line: this command takes no "--${unused}"`, {
    hint: `Its usage is: ${usage.split("\n")[0] ?? ""}`,
  });
}

/** What the options select of a runbook. Faults: usage, invalid-date. */
export function selectionOf(runbook: Runbook, options: Options): Selection {
  const { dates, phases, processors } = options;
  const chunkDays = options.count("chunk-days");
  const dateOrder = dateOrderOf(options.text("date-order"));
  return {
    range: rangeOf(runbook, options),
    ...(dates === undefined ? {} : { dates }),
    ...(phases === undefined ? {} : { phases }),
    ...(processors === undefined ? {} : { processors }),
    ...(chunkDays === undefined ? {} : { chunkDays }),
    ...(dateOrder === undefined ? {} : { dateOrder }),
    withUpstream: options.flag("with-upstream") ?? false,
    withDownstream: options.flag("with-downstream") ?? false,
    force: options.flag("resume") === false,
    ...(options.flag("allow-empty") === true ? { allowEmpty: true } : {}),
  };
}

/** The range that the options select. Faults: usage, invalid-date. */
export function rangeOf(runbook: Runbook, { dates, startDate: from, endDate: to }: Options): DateRange {
  return selectedRange(runbook, { dates, from, to });
}

function parseKnown(args: readonly string[]): {
  values: Partial<Record<OptionName, string | boolean>> & { json?: boolean; help?: boolean };
  positionals: string[];
} {
  refuseUnknown(args);
  try {
    return parseArgs({ args: [...args], options: definitions, allowPositionals: true, allowNegative: true });
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause);
    throw new Fault("usage", `Cannot read the command line: ${found}`, {
      hint: "See `cascade --help`",
      cause,
    });
  }
}

function refuseUnknown(args: readonly string[]): void {
  const names = Object.keys(definitions);
  for (const argument of args) {
    const name = /^--(?:no-)?([^=]+)/.exec(argument)?.[1];
    const isKnown =
      name === undefined || names.includes(name) || names.includes(argument.slice(2).split("=")[0] ?? "");
    if (isKnown) continue;
    const nearest = nearestName(name, names);
    throw new Fault("usage", `Cannot read the command line: there is no option "${argument}"`, {
      hint: nearest === undefined ? "See `cascade --help`" : `Did you mean "--${nearest}"?`,
    });
  }
}

function listOf(text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return undefined;
  const items = text.split(",").map((item) => item.trim());
  return items.filter((item) => item !== "");
}

function dateOf(option: string, text: string | undefined): CalendarDate | undefined {
  return text === undefined ? undefined : requireDate(option, text);
}

/** A date of the command line. Fault: invalid-date. */
export function requireDate(option: string, text: string): CalendarDate {
  const date = parseCalendarDate(text);
  if (date !== undefined) return date;
  throw new Fault("invalid-date", `Cannot read ${option}: expected a date as YYYY-MM-DD, found "${text}"`, {
    hint: "Give a day that exists, for example 2021-11-05",
  });
}

function requireClass(text: string): FailureClass {
  const found = failureClasses.find((name) => name === text);
  if (found !== undefined) return found;
  const expected = `expected some of ${failureClasses.join(", ")}`;
  throw new Fault("usage", `Cannot read --fail-on: ${expected}, found "${text}"`, {
    hint: "Leave it out to exit with 1 on everything that is wrong",
  });
}

function dateOrderOf(text: string | undefined): OrderOfDates | undefined {
  if (text === undefined) return undefined;
  const found = dateOrders.find((order) => order === text);
  if (found !== undefined) return found;
  const expected = `expected ${dateOrders.join(" or ")}`;
  throw new Fault("usage", `Cannot read --date-order: ${expected}, found "${text}"`, {
    hint: "Leave it out for the order that the runbook says",
  });
}

function requireCount(option: string, text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new Fault("usage", `Cannot read ${option}: expected a whole number of at least 1, found "${text}"`, {
    hint: `Give a number, for example ${option} 4`,
  });
}
