import { createHash } from "node:crypto";
import type { TableId } from "../../domain/table-id.ts";
import { tablesOf } from "../../domain/sql-tokens.ts";
import type { Every } from "../../domain/every.ts";
import { formatWindow, usualWindow, type Window } from "../../domain/window.ts";
import { failureColumnNames, type DescribedColumn, type DescribedColumns } from "../described-columns.ts";
import { definitionOf, type DefinedBeside } from "../definition.ts";
import type { RunbookFiles } from "../declaration.ts";
import type { Entry } from "../entry.ts";
import type { Calendar, Edge, Population, Processor, Step } from "../runbook.ts";
import type { EdgeText, ProcessorText, StepText } from "../schema/processor-schema.ts";
import { checkedTable } from "./build-source.ts";
import { buildRead, buildWindow } from "./build-read.ts";
import { mayGive } from "../sql-rules/given-columns.ts";
import { sqlFile } from "./sql-file.ts";

/** What processors refer to. */
export type ProcessorReferences = DefinedBeside & {
  readonly files: RunbookFiles;
  readonly described: DescribedColumns | undefined;
  readonly calendar: Calendar;
  readonly populations: ReadonlyMap<string, Population>;
  /** Sources that have no dates, and are read whole. */
  readonly undated: ReadonlySet<TableId>;
  /** How often processors have partitions, by table. */
  readonly everies: ReadonlyMap<TableId, Every>;
  /** Tables by what edges call them. */
  readonly tables: ReadonlyMap<string, TableId>;
};

const defaultTimeoutSeconds = 600;

/** A processor with its implicit edges and its definition. */
export function buildProcessor(entry: Entry<ProcessorText>, references: ProcessorReferences): Processor {
  const { value } = entry;
  const population = references.populations.get(value.population ?? "");
  if (value.step === undefined) {
    throw new Error(`A declaration without problems has the step of "${value.id}"`);
  }
  const processor = {
    ...checkedTable(entry),
    id: value.id,
    title: value.title,
    phase: value.phase,
    ...(value.every === "day" ? {} : { every: value.every }),
    entity: value.key.filter((name) => name !== value.date),
    reads: edgesOf(value, { population, references }),
    population,
    leadIn: value["lead-in"] !== undefined,
    parameters: value.parameters,
    step: buildStep(value, references),
    relations: value.relations.map(({ name, sql, reads, level }) => ({
      name,
      sql: sqlFile(references.files, sql),
      reads: reads.map(buildRead),
      level,
    })),
    ...buildChanges(value),
    ...buildRetries(value),
  };
  return { ...processor, definition: definitionOf(processor, references) };
}

function buildRetries({ retries }: ProcessorText): Pick<Processor, "retries"> {
  if (retries === undefined) return {};
  return { retries: { times: retries.times, backoffSeconds: retries["backoff-seconds"] } };
}

function buildChanges({ changes }: ProcessorText): Pick<Processor, "changes"> {
  if (changes === undefined) return {};
  const { columns, relative, dates, "rows-added": rowsAdded, "rows-removed": rowsRemoved } = changes;
  return {
    changes: {
      ...(columns === undefined ? {} : { columns }),
      ...(rowsAdded === undefined ? {} : { rowsAdded }),
      ...(rowsRemoved === undefined ? {} : { rowsRemoved }),
      ...(relative === undefined ? {} : { relative }),
      ...(dates === undefined ? {} : { dates }),
    },
  };
}

/**
 * Declared edges first; the population's tables are read on the date itself unless it says otherwise. So is the calendar, and by a step whose SQL
 * names it also as far back as any table that the step reads: it is what their rows are joined to.
 */
function edgesOf(
  { reads, step, every }: ProcessorText,
  {
    population,
    references,
  }: {
    readonly population: Population | undefined;
    readonly references: ProcessorReferences;
  },
): readonly Edge[] {
  const declared = reads.map((edge) => buildEdge(edge, references));
  const { table: calendar } = references.calendar;
  const implicit = (population?.reads ?? [])
    .map(({ table, window }) =>
      implicitEdge(table, "population", references.undated.has(table) ? whole : (window ?? usual(table))),
    )
    .filter((edge) => !isSameReach(edge, implicitEdge(calendar, "calendar", usual(calendar))))
    .filter((edge) => !declared.some((own) => isSameReach(own, edge)));
  return [
    ...declared,
    ...implicit,
    implicitEdge(calendar, "calendar", usual(calendar)),
    ...calendarWindows(
      declared,
      step?.sql === undefined ? "" : (references.files.get(step.sql) ?? ""),
      calendar,
    ).filter((edge) => !isSameReach(edge, implicitEdge(calendar, "calendar", usual(calendar)))),
  ];
  function usual(table: TableId): Window {
    return usualWindow(every, references.everies.get(table) ?? "day");
  }
}

function calendarWindows(declared: readonly Edge[], sql: string, calendar: TableId): readonly Edge[] {
  if (!tablesOf(sql).some((table) => table.toLowerCase() === calendar.toLowerCase())) return [];
  const windows = declared.flatMap(({ window }) => (isOneDate(window) ? [] : [window]));
  const distinct = new Map(windows.map((window) => [formatWindow(window), window]));
  return [...distinct.values()].map((window) => implicitEdge(calendar, "calendar", window));
}

function isOneDate({ kind }: Window): boolean {
  return kind === "same-date" || kind === "whole";
}

const whole: Window = { kind: "whole" };

function buildEdge(
  { from, window, failures }: EdgeText,
  { tables, undated }: Pick<ProcessorReferences, "tables" | "undated">,
): Edge {
  const table = tables.get(from);
  if (table === undefined) throw new Error(`A declaration without problems has "${from}"`);
  return { table, window: undated.has(table) ? whole : buildWindow(window), failures, origin: "reads" };
}

function implicitEdge(table: TableId, origin: "population" | "calendar", window: Window): Edge {
  return { table, window, failures: false, origin };
}

function isSameReach(left: Edge, right: Edge): boolean {
  return left.table === right.table && formatWindow(left.window) === formatWindow(right.window);
}

function buildStep({ id, step }: ProcessorText, { files, described }: ProcessorReferences): Step {
  if (step?.sql === undefined) return buildCommand(step ?? {}, files);
  const sql = sqlFile(files, step.sql);
  return {
    kind: "sql",
    sql,
    ...(givesFailures(sql.text, described?.get(id)) ? {} : { givesFailures: false }),
  };
}

function buildCommand(step: StepText, files: RunbookFiles): Step {
  return {
    kind: "command",
    argv: step.command ?? [],
    files: (step.files ?? []).map((path) => ({ path, digest: digestOf(files.get(path) ?? "") })),
    writes: step.writes ?? "staged",
    timeoutSeconds: step["timeout-seconds"] ?? defaultTimeoutSeconds,
  };
}

function givesFailures(text: string, described: readonly DescribedColumn[] | undefined): boolean {
  if (described === undefined) return mayGive(text, "failure_category");
  return described.some(({ name }) => failureColumnNames.has(name));
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
