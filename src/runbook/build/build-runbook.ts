import { everyDate } from "../../domain/calendar-date.ts";
import { weekdayNames, type CalendarText } from "../schema/calendar-schema.ts";
import { unreachable } from "../../errors.ts";
import type { TableId } from "../../domain/table-id.ts";
import type { Declaration, RunbookFiles } from "../declaration.ts";
import type { Webhook } from "../told.ts";
import type { WebhookText } from "../schema/notice-schema.ts";
import type { Calendar, Population, Runbook } from "../runbook.ts";
import type { FetchCommand, Ingest } from "../ingest.ts";
import type { Waiver } from "../waiver.ts";
import { holdsInstants } from "../zone-dependence.ts";
import { sortProcessors } from "../sort-processors.ts";
import { upstreamOf } from "../upstream.ts";
import { columnsOf } from "./build-columns.ts";
import { buildBudget, buildCategory, buildCause, buildGate, buildRule } from "./build-policy.ts";
import { buildJobs } from "./build-jobs.ts";
import { buildLimits } from "./build-limits.ts";
import { buildProcessor } from "./build-processor.ts";
import { buildRead } from "./build-read.ts";
import { buildSource, isUndated } from "./build-source.ts";
import { scriptFile, sqlFile } from "./sql-file.ts";
import type { IngestText } from "../schema/ingest-schema.ts";
import type { Entry } from "../entry.ts";
import type { WaiverText } from "../schema/waiver-schema.ts";

/** A declaration without problems → the runbook: names resolved, SQL read, defaults applied, processors in order. */
export function buildRunbook(declaration: Declaration): Runbook {
  const { identity, folder, files } = declaration;
  const { "time-zone": timeZone, "date-order": dateOrder, ...named } = identity.value;
  const { sorted } = sortProcessors(declaration.processors, upstreamOf(declaration));
  const calendar = buildCalendar(declaration);
  const parameters = declaration.parameters.map(({ name, value }) => ({ name, ...value }));
  const references = {
    files,
    described: declaration.described,
    calendar,
    parameters,
    timeZone,
    instants: instantTables(declaration),
    populations: buildPopulations(declaration),
    tables: tablesOf(declaration),
    everies: new Map(declaration.processors.map(({ value }) => [value.table, value.every])),
    undated: new Set(
      declaration.sources.filter(({ value }) => isUndated(value)).map(({ value }) => value.table),
    ),
  };
  return {
    ...named,
    ...(declaration.watchers.length === 0
      ? {}
      : { watchers: declaration.watchers.map(({ value }) => value) }),
    ...(declaration.notify.length === 0 ? {} : { notify: declaration.notify.map(buildWebhook) }),
    timeZone,
    ...(dateOrder === undefined ? {} : { dateOrder }),
    folder,
    parameters,
    calendar,
    periods: declaration.periods.map(({ value: { id, title, from, to } }) => ({ id, title, from, to })),
    phases: declaration.phases.map(({ name, value }) => ({ number: Number(name), title: value })),
    sources: declaration.sources.map(buildSource),
    processors: sorted.map((entry) => buildProcessor(entry, references)),
    categories: declaration.categories.map(buildCategory),
    budgets: declaration.budgets.map(buildBudget),
    gates: declaration.gates.map(buildGate),
    recovery: declaration.recovery.map(buildRule),
    causes: declaration.causes.map((entry) => buildCause(entry, files)),
    waivers: declaration.waivers.map(buildWaiver),
    ...(declaration.jobs === undefined ? {} : { jobs: buildJobs(declaration.jobs.value) }),
    ...(declaration.keep === undefined ? {} : { keep: declaration.keep.value }),
    ...(declaration.limits === undefined ? {} : { limits: buildLimits(declaration.limits.value) }),
    load: declaration.load && buildIngest(declaration.load.value, files),
    sample: declaration.sample && buildIngest(declaration.sample.value, files),
  };
}

function buildWebhook({ value: { to, url, values } }: Entry<WebhookText>): Webhook {
  return { to, secret: url.secret, values };
}

function buildCalendar({ calendar, files }: Declaration): Calendar {
  if (calendar === undefined) throw new Error("A declaration without problems has a calendar");
  const { table, date, season, columns, rule, sql, reads } = calendar.value;
  return {
    table,
    dateColumn: date,
    seasonColumn: season,
    columns: columnsOf(columns),
    origin:
      rule === undefined
        ? { kind: "query", sql: sqlFile(files, sql ?? ""), reads: (reads ?? []).map(buildRead) }
        : buildDateRule(rule),
  };
}

/** Ends that are not known yet are those of every date. */
function buildDateRule(rule: NonNullable<CalendarText["rule"]>): Calendar["origin"] {
  const { every, season, from, to, weekdays, holidays = [], exclude = [] } = rule;
  const listed = [holidays].flat();
  const tables = listed.filter((entry) => typeof entry !== "string");
  const left = [
    ...listed.filter((entry) => typeof entry === "string").map((date) => ({ from: date, to: date })),
    ...exclude.map(({ from: first, to: last = first }) => ({ from: first, to: last })),
  ];
  return {
    kind: "rule",
    every,
    from: from ?? everyDate.from,
    to: to === undefined || to === "yesterday" ? everyDate.to : to,
    season,
    ...(weekdays === undefined ? {} : { weekdays: weekdays.map((name) => weekdayNames.indexOf(name) + 1) }),
    ...(left.length === 0 ? {} : { left }),
    ...(tables.length === 0
      ? {}
      : { holidays: tables.map(({ table, date }) => ({ table, dateColumn: date })) }),
  };
}

function buildPopulations({ populations, files }: Declaration): ReadonlyMap<string, Population> {
  return new Map(
    populations.map(({ name, value }) => [
      name,
      {
        id: name,
        title: value.title,
        key: value.key,
        sql: sqlFile(files, value.sql ?? ""),
        reads: (value.reads ?? []).map(buildRead),
      },
    ]),
  );
}

/** Tables by what edges call them: processors by id, sources by table. */
function tablesOf({ processors, sources }: Declaration): ReadonlyMap<string, TableId> {
  return new Map<string, TableId>([
    ...sources.map(({ value }): [string, TableId] => [value.table, value.table]),
    ...processors.map(({ value }): [string, TableId] => [value.id, value.table]),
  ]);
}

/** Tables of which a column holds instants. */
function instantTables({ processors, sources }: Declaration): ReadonlySet<TableId> {
  const tables = [...sources, ...processors].map(({ value }) => value);
  return new Set(tables.filter(({ columns }) => holdsInstants(columnsOf(columns))).map(({ table }) => table));
}

/** `load` or `sample` with its scripts read. */
function buildIngest(ingest: IngestText, files: RunbookFiles): Ingest {
  return {
    ...(ingest.from === undefined ? {} : { from: ingest.from }),
    ...(ingest.fetch === undefined ? {} : { fetch: buildFetch(ingest.fetch) }),
    prelude: ingest.prelude === undefined ? undefined : scriptFile(files, ingest.prelude),
    files: Object.entries(ingest.files).map(([name, file]) => ({ name, ...file })),
    parameters: ingest.parameters,
    steps: ingest.steps.map((step) => ({ target: targetOf(step), sql: sqlFile(files, step.sql) })),
    checks: ingest.checks.map(({ name, level, sql }) => ({ name, level, sql: sqlFile(files, sql) })),
  };
}

function buildFetch(fetch: NonNullable<IngestText["fetch"]>): FetchCommand {
  return { argv: fetch.command, secrets: fetch.secrets, timeoutSeconds: fetch["timeout-seconds"] };
}

function targetOf({ source, scratch }: IngestText["steps"][number]): Ingest["steps"][number]["target"] {
  if (source !== undefined) return { kind: "source", table: source };
  return { kind: "scratch", name: scratch ?? "" };
}

/** A waiver of any kind in one shape. */
function buildWaiver({ value, at }: Entry<WaiverText>): Waiver {
  const { id, processor, reason, approver, expires, digest, warehouse } = value;
  const common = { id, processor, reason, approver, expires, digest, warehouse, place: at() };
  const none = { period: undefined, dates: [], entities: [], maximumRate: undefined };
  switch (value.kind) {
    case "gap":
      return { ...common, ...none, kind: "gap", dates: value.dates, entities: value.entities };
    case "budget":
      return { ...common, ...none, kind: "budget", period: value.period, maximumRate: value["max-rate"] };
    case "finding": {
      const { source, finding, dates } = value;
      return { ...common, ...none, kind: "finding", source, finding, dates };
    }
    default:
      return unreachable(value);
  }
}
