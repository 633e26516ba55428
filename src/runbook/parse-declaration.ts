import { dateOrders } from "../domain/date-order.ts";
import type { z } from "zod";
import type { Place } from "./runbook.ts";
import type { DateRange } from "../domain/calendar-date.ts";
import { makeOnce } from "../domain/make-once.ts";
import type { DescribedColumns } from "./described-columns.ts";
import type { Declaration, DeclaredNames, Identity, RunbookFiles } from "./declaration.ts";
import { fillDefaults, type FilledRunbook } from "./defaults/fill-defaults.ts";
import { parseEntry, type Entry } from "./entry.ts";
import { type RawEntry } from "./yaml-document.ts";
import type { Problem } from "./problem.ts";
import { calendarSchema, periodSchema } from "./schema/calendar-schema.ts";
import { ingestSchema } from "./schema/ingest-schema.ts";
import { watcherSchema, webhookSchema } from "./schema/notice-schema.ts";
import { jobsSchema } from "./schema/jobs-schema.ts";
import { keepSchema } from "./schema/keep-schema.ts";
import { limitsSchema } from "./schema/limits-schema.ts";
import { commandSchema, conditionSchema, expectationSchema, orderSchema } from "./schema/plan-schema.ts";
import {
  budgetSchema,
  categorySchema,
  causeSchema,
  gateSchema,
  recoveryRuleSchema,
} from "./schema/policy-schema.ts";
import { processorDraftSchema } from "./schema/processor-schema.ts";
import { frameSchema, parameterSchema, phaseSchema, populationDraftSchema } from "./schema/runbook-schema.ts";
import { sourceSchema } from "./schema/source-schema.ts";
import { valueAt } from "./schema-findings.ts";
import { waiverSchema, waiversFileSchema } from "./schema/waiver-schema.ts";
import { entriesOfList, entriesOfMapping, entryUnder, openEntry } from "./sections.ts";
import { parseYaml, type YamlDocument } from "./yaml-document.ts";

/** A runbook's folder as given, the folder's name, and the text of its files by path relative to it. */
export type RunbookText = {
  readonly folder: string;
  readonly name: string;
  readonly files: RunbookFiles;
  /** Keys in files of the folder that are no part of the runbook: hidden or very large ones. */
  readonly keysElsewhere?: readonly Place[];
  /** What the engine says of columns that are left to it; absent where nobody has asked it. */
  readonly described?: DescribedColumns | undefined;
  /** First and last date of a calendar that begins or ends with what the sources have. */
  readonly dates?: DateRange | undefined;
};

/** Declarations are undefined where runbook.yml is absent or no mapping; then `problems` says so. */
export type ParsedDeclaration = {
  readonly declaration: Declaration | undefined;
  readonly problems: readonly Problem[];
};

const waiversFile = "waivers.yml";

/** YAML texts → entries with places, each checked against its schema. Names are not yet resolved. */
export const parseDeclaration = makeOnce(readDeclaration);

function readDeclaration({ folder, name, files, described, dates }: RunbookText): ParsedDeclaration {
  const file = "runbook.yml";
  const text = files.get(file);
  const document = parseYaml(file, text ?? "");
  if (text === undefined || document.value === undefined) {
    const absent = { place: document.placeOf([]), message: "There is no runbook.yml", hint: "create it" };
    return { declaration: undefined, problems: text === undefined ? [absent] : document.problems };
  }
  const problems = [...document.problems];
  const full = fillRunbook(document, { files, problems, described, dates });
  const frame = parseEntry({ name: file, raw: full.document.value, document, path: [] }, frameSchema);
  problems.push(...frame.problems);
  const declaration = readSections({ folder, name, files, described, ...full, problems });
  return { declaration, problems };
}

/** What a runbook says with its defaults and its tables in one mapping, in the order of the format; for people. */
export function writeDefaults({ files, described, dates }: RunbookText): Readonly<Record<string, unknown>> {
  const document = parseYaml("runbook.yml", files.get("runbook.yml") ?? "");
  const full = fillRunbook(document, { files, problems: [], described, dates });
  const value: Readonly<Record<string, unknown>> = {
    ...(full.document.value as object),
    sources: full.sources.map(({ raw }) => inOrder(raw as object, sourceSchema)),
    processors: full.processors.map(({ raw }) => inOrder(raw as object, processorDraftSchema)),
  };
  return inOrder(value, frameSchema);
}

function inOrder(value: object, { shape }: z.ZodObject): Readonly<Record<string, unknown>> {
  const order = Object.keys(shape);
  const entries = Object.entries(value);
  return Object.fromEntries(
    entries.toSorted(([left], [right]) => order.indexOf(left) - order.indexOf(right)),
  );
}

function fillRunbook(
  document: YamlDocument,
  { files, problems, described, dates }: Pick<Reading, "files" | "problems" | "described" | "dates">,
): FilledRunbook {
  const tables = {
    sources: openAll(entriesOfList(document, "sources"), files, problems),
    processors: openAll(entriesOfList(document, "processors"), files, problems),
  };
  return fillDefaults(document, tables, { files, described, dates });
}

type Reading = RunbookText &
  FilledRunbook & {
    /** Grows while sections are read. */
    readonly problems: Problem[];
  };

function readSections(reading: Reading): Declaration {
  const { folder, name, files, document, sources, processors, problems, described } = reading;
  const [load] = openAll(entryUnder(document, "load"), files, problems);
  const [sample] = openAll(entryUnder(document, "sample"), files, problems);
  const check = entryChecker(problems);
  return {
    folder,
    name,
    files,
    described,
    identity: identityOf(document),
    watchers: check.all(entriesOfList(document, "watchers"), watcherSchema),
    notify: check.all(entriesOfList(document, "notify"), webhookSchema),
    names: namesOf(document, { sources, processors }),
    parameters: check.all(entriesOfMapping(document, "parameters"), parameterSchema),
    calendar: check.one(entryUnder(document, "calendar")[0], calendarSchema),
    hasCalendar: entryUnder(document, "calendar").length > 0,
    periods: check.all(entriesOfList(document, "periods"), periodSchema),
    phases: check.all(entriesOfMapping(document, "phases"), phaseSchema),
    categories: check.all(entriesOfMapping(document, "categories"), categorySchema),
    populations: check.all(entriesOfMapping(document, "populations"), populationDraftSchema),
    sources: check.all(sources, sourceSchema),
    processors: check.all(processors, processorDraftSchema),
    budgets: check.all(entriesOfList(document, "budgets"), budgetSchema),
    gates: check.all(entriesOfList(document, "gates"), gateSchema),
    recovery: check.all(entriesOfList(document, "recovery"), recoveryRuleSchema),
    causes: check.all(entriesOfList(document, "causes"), causeSchema),
    waivers: check.all(waiversOf(files, problems), waiverSchema),
    expectations: check.all(entriesOfList(document, "expectations"), expectationSchema),
    accept: check.all(entriesOfList(document, "accept"), conditionSchema),
    retry: check.all(entriesOfList(document, "retry"), conditionSchema),
    order: check.all(entriesOfList(document, "order"), orderSchema),
    commands: check.all(entriesOfList(document, "commands"), commandSchema),
    jobs: check.one(entryUnder(document, "jobs")[0], jobsSchema),
    keep: check.one(entryUnder(document, "keep")[0], keepSchema),
    limits: check.one(entryUnder(document, "limits")[0], limitsSchema),
    load: check.one(load, ingestSchema),
    sample: check.one(sample, ingestSchema),
  };
}

function openAll(
  entries: readonly RawEntry[],
  files: RunbookFiles,
  problems: Problem[],
): readonly RawEntry[] {
  return entries.map((entry) => openEntry(entry, files, problems)).filter((entry) => entry !== undefined);
}

/** Parses entries and keeps those that are fit; their problems go to `problems`. */
function entryChecker(problems: Problem[]) {
  function one<Value>(entry: RawEntry | undefined, schema: z.ZodType<Value>): Entry<Value> | undefined {
    if (entry === undefined) return undefined;
    const parsed = parseEntry(entry, schema);
    problems.push(...parsed.problems);
    return parsed.entry;
  }
  function all<Value>(entries: readonly RawEntry[], schema: z.ZodType<Value>): readonly Entry<Value>[] {
    return entries.map((entry) => one(entry, schema)).filter((entry) => entry !== undefined);
  }
  return { one, all };
}

function waiversOf(files: RunbookFiles, problems: Problem[]): readonly RawEntry[] {
  const text = files.get(waiversFile);
  if (text === undefined) return [];
  const document = parseYaml(waiversFile, text);
  problems.push(...document.problems);
  if (document.value === undefined) return [];
  const entries = entriesOfList(document, "waivers");
  const isList = Array.isArray(valueAt(document.value, ["waivers"]));
  const raw = isList ? { ...(document.value as object), waivers: [] } : document.value;
  problems.push(...parseEntry({ name: waiversFile, raw, document, path: [] }, waiversFileSchema).problems);
  return entries;
}

function identityOf(document: YamlDocument): Entry<Identity> {
  const raw = (document.value ?? {}) as Record<string, unknown>;
  function text(key: string): string {
    return typeof raw[key] === "string" ? raw[key] : "";
  }
  return {
    name: document.file,
    value: {
      name: text("name"),
      title: text("title"),
      description: text("description"),
      owner: text("owner"),
      "time-zone": text("time-zone"),
      "date-order": dateOrders.find((order) => order === raw["date-order"]),
      ledger: text("ledger"),
    },
    at: (...path) => document.placeOf(path),
    atKey: (...path) => document.placeOfKey(path),
  };
}

function namesOf(
  document: YamlDocument,
  tables: { readonly sources: readonly RawEntry[]; readonly processors: readonly RawEntry[] },
): DeclaredNames {
  function keys(section: string): readonly string[] {
    return entriesOfMapping(document, section).map(({ name }) => name);
  }
  return {
    parameters: keys("parameters"),
    periods: textsUnder(entriesOfList(document, "periods"), "id"),
    phases: keys("phases"),
    categories: keys("categories"),
    populations: keys("populations"),
    sources: textsUnder(tables.sources, "table"),
    processors: textsUnder(tables.processors, "id"),
  };
}

function textsUnder(entries: readonly RawEntry[], key: string): readonly string[] {
  const values = entries.map(({ raw }) => (raw as Record<string, unknown> | null)?.[key]);
  return values.filter((value) => typeof value === "string");
}
