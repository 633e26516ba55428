import { asDigits, type Column } from "../domain/column.ts";
import { normalizeSql } from "../domain/sql-tokens.ts";
import { formatWindow } from "../domain/window.ts";
import type { Edge, Processor, RunbookParameter, Step } from "./runbook.ts";
import type { TableRead } from "./table-read.ts";

type Undefined = Omit<Processor, "definition">;

/**
 * What a processor computes, as JSON: equal for runbooks that differ in layout, comments, order of columns and edges,
 * titles, checks and policy only. What a row must satisfy to be committed belongs to it: columns, key and population.
 */
export function definitionOf(processor: Undefined, parameters: readonly RunbookParameter[]): string {
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
    parameters: parameters
      .filter(({ name }) => processor.parameters.includes(name))
      .map(({ name, type, value }) => `${name} ${type} ${value}`)
      .toSorted(),
  });
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
  return `${table} ${formatWindow(window)}${failures ? " with failures" : ""}`;
}
