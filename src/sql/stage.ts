import type { Dialect, StageNames } from "./dialect.ts";
import type { Processor } from "../runbook/runbook.ts";
import { quoteName, quoteNames, quoteTable } from "./identifiers.ts";

/**
 * Statements that make an empty stage: `outcomes` has `stage_date`, `stage_entity`, the failure columns and every
 * declared column; `population` has `stage_date`, `stage_entity`. None where filling creates it.
 */
export function createStage(dialect: Dialect, names: StageNames, processor: Processor): readonly string[] {
  return dialect.stage.create(names, stageColumns(dialect, processor));
}

/**
 * Statements that append, for the dates in @dates, the outcomes of `source` (a query with the processor's columns by
 * name, cast to the declared types) and the processor's population: run together, both or neither are kept.
 */
export function fillStage(
  dialect: Dialect,
  names: StageNames,
  request: { readonly processor: Processor; readonly source: string },
): readonly string[] {
  const { processor } = request;
  return dialect.stage.fill(names, {
    definitions: stageColumns(dialect, processor),
    declared: processor.columns,
    outcomes: outcomesQuery(dialect, request),
    population: populationQuery(dialect, processor),
  });
}

/** What a processor's table holds between @start_date and @end_date, as outcomes. */
export function writtenRows(dialect: Dialect, { table, dateColumn, columns }: Processor): string {
  const text = dialect.columnType("string");
  const names = quoteNames(
    dialect,
    columns.map(({ name }) => name),
  );
  return `select ${names}, cast(null as ${text}) as failure_category, cast(null as ${text}) as failure_reason
from ${quoteTable(dialect, table)}
where ${quoteName(dialect, dateColumn)} between @start_date and @end_date`;
}

/** The queries that a cell runs over its dates, as far as the runbook writes them: a SQL step's, and the population's. */
export function stepQueries(dialect: Dialect, processor: Processor): readonly string[] {
  const population = populationQuery(dialect, processor);
  if (processor.step.kind !== "sql") return [population];
  return [outcomesQuery(dialect, { processor, source: processor.step.sql.text }), population];
}

function stageColumns(dialect: Dialect, processor: Processor): readonly string[] {
  const text = dialect.columnType("string");
  return [
    "stage_date date",
    `stage_entity ${text}`,
    `failure_category ${text}`,
    `failure_reason ${text}`,
    ...processor.columns.map(
      (column) => `${quoteName(dialect, column.name)} ${dialect.columnType(column.type)}`,
    ),
  ];
}

function outcomesQuery(
  dialect: Dialect,
  { processor, source }: { readonly processor: Processor; readonly source: string },
): string {
  const date = quoteName(dialect, processor.dateColumn);
  const text = dialect.columnType("string");
  const columns = processor.columns.map((column) => {
    const name = quoteName(dialect, column.name);
    return `cast(${name} as ${dialect.columnType(column.type)}) as ${name}`;
  });
  return `select
  cast(${date} as date) as stage_date,
  ${entityOf(dialect, processor)} as stage_entity,
  cast(failure_category as ${text}) as failure_category,
  cast(failure_reason as ${text}) as failure_reason,
  ${columns.join(",\n  ")}
from (
${source}
) as step_outcome
where ${dialect.isIn(`cast(${date} as date)`, "dates")}`;
}

function populationQuery(dialect: Dialect, processor: Processor): string {
  return `select analysis_date as stage_date, entity_id as stage_entity
from (
${processor.population.sql.text}
) as population
where ${dialect.isIn("analysis_date", "dates")}`;
}

/** The entity id of a row: the key without the date, joined by `|`; NULL when a part is NULL. */
export function entityOf(dialect: Dialect, processor: Processor): string {
  const text = dialect.columnType("string");
  return processor.entity.map((name) => `cast(${quoteName(dialect, name)} as ${text})`).join(" || '|' || ");
}
