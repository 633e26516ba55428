import { asDigits, type Column } from "../domain/column.ts";
import { normalizeSql } from "../domain/sql-tokens.ts";
import { formatWindow } from "../domain/window.ts";
import type { TableId } from "../domain/table-id.ts";
import type { Edge, Processor, RunbookParameter, Step } from "./runbook.ts";
import type { TableRead } from "./table-read.ts";
import { holdsInstants, namesInstants } from "./zone-dependence.ts";

type Undefined = Omit<Processor, "definition">;

/** What of the runbook a definition may rest on. */
export type DefinedBeside = {
  readonly parameters: readonly RunbookParameter[];
  readonly timeZone: string;
  /** Tables with a column that holds instants. */
  readonly instants: ReadonlySet<TableId>;
};

/**
 * What a processor computes, as JSON: equal for runbooks that differ in layout, comments, order of columns and edges,
 * titles, checks and policy only. What a row must satisfy to be committed belongs to it: columns, key and population; and
 * the time zone where SQL may depend on it, unless it is UTC: what never names an instant is the same in every zone.
 */
export function definitionOf(processor: Undefined, beside: DefinedBeside): string {
  const { table, dateColumn, key, columns, reads, population } = processor;
  return JSON.stringify({
    table,
    date: dateColumn,
    every: processor.every,
    key,
    columns: columns.map(describeColumn).toSorted(),
    step: describeStep(processor.step),
    population: population && {
      sql: normalizeSql(population.sql.text),
      key: population.key,
      reads: population.reads.map(describeRead).toSorted(),
    },
    edges: reads.map(describeEdge).toSorted(),
    zone: zoneOf(processor, beside),
    parameters: beside.parameters
      .filter(({ name }) => processor.parameters.includes(name))
      .map(({ name, type, value }) => `${name} ${type} ${value}`)
      .toSorted(),
  });
}

function zoneOf(processor: Undefined, { timeZone, instants }: DefinedBeside): string | undefined {
  const { step, population, reads, columns } = processor;
  const texts = [step.kind === "sql" ? step.sql.text : "", population?.sql.text ?? ""];
  const isRead = reads.some(({ table }) => instants.has(table));
  const mayDepend = (isRead && step.kind === "sql") || holdsInstants(columns) || texts.some(namesInstants);
  return mayDepend && timeZone !== "UTC" ? timeZone : undefined;
}

function describeColumn({ name, type, nullable, min, max, values, decimals }: Column): string {
  const facts = { name, type, nullable: nullable !== undefined, min, max, values, decimals };
  return JSON.stringify(facts, asDigits);
}

function describeStep(step: Step): unknown {
  if (step.kind === "sql") return normalizeSql(step.sql.text);
  return {
    argv: step.argv,
    writes: step.writes,
    files: step.files.map(({ path, digest }) => `${path} ${digest}`).toSorted(),
  };
}

/** The date itself is what a population reads unless it says otherwise, and is not told. */
function describeRead({ table, window }: TableRead): string {
  return window === undefined || window.kind === "same-date" ? table : `${table} ${formatWindow(window)}`;
}

function describeEdge({ table, window, failures }: Edge): string {
  const read = { true: " with failures", only: " failures only", false: "" }[String(failures)] ?? "";
  return `${table} ${formatWindow(window)}${read}`;
}
