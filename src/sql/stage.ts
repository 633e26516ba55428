import type { Column } from "../domain/column.ts";
import type { Dialect } from "../domain/dialect.ts";
import { parseTableId, type TableId } from "../domain/table-id.ts";
import type { Processor } from "../runbook/runbook.ts";
import { isIn } from "./arrays.ts";
import { physicalType } from "./column-types.ts";
import { quoteName, quoteNames, quoteTable } from "./identifiers.ts";

/** What a cell stages into: `outcomes` and `population` stand behind `from`; `tables` are what is created. */
export type StageNames = {
  readonly outcomes: string;
  readonly population: string;
  readonly tables: readonly string[];
};

/** Name of a staging table in a ledger dataset begins with this; such tables expire by themselves. */
const stagePrefix = "_cascade_stage_";

/**
 * The stage of one attempt, `token` being unique to it. DuckDB has two temporary tables; BigQuery, where another job
 * sees no temporary table, one table of the ledger's dataset that holds both sides, so that one statement fills it.
 */
export function stageNames(
  dialect: Dialect,
  stage: { readonly ledger: string; readonly token: string },
): StageNames {
  if (dialect === "googlesql") return sharedStage(stageTable(stage));
  const outcomes = `cascade_stage_${stage.token}_outcomes`;
  const population = `cascade_stage_${stage.token}_population`;
  return { outcomes, population, tables: [outcomes, population] };
}

/** The staging table of an attempt on BigQuery. */
export function stageTable({ ledger, token }: { readonly ledger: string; readonly token: string }): TableId {
  const table = parseTableId(`${ledger}.${stagePrefix}${token.replaceAll(/\W/g, "_")}`);
  if (table === undefined) throw new Error(`"${ledger}" is no dataset name`);
  return table;
}

function sharedStage(table: TableId): StageNames {
  const name = quoteTable("googlesql", table);
  return { outcomes: sideOf(name, "outcome"), population: sideOf(name, "member"), tables: [name] };
}

function sideOf(table: string, side: "outcome" | "member"): string {
  return `(select * from ${table} where stage_side = '${side}')`;
}

/**
 * Statements that make an empty stage: `outcomes` has `stage_date`, `stage_entity`, the failure columns and every
 * declared column; `population` has `stage_date`, `stage_entity`. None where filling creates it.
 */
export function createStage(dialect: Dialect, names: StageNames, processor: Processor): readonly string[] {
  if (dialect === "googlesql") return [];
  const text = physicalType(dialect, "string");
  return [
    `create or replace temporary table ${names.outcomes} (${stageColumns(dialect, processor).join(", ")})`,
    `create or replace temporary table ${names.population} (stage_date date, stage_entity ${text})`,
  ];
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
  const outcomes = outcomesQuery(dialect, request);
  const population = populationQuery(dialect, processor);
  if (dialect === "googlesql") return [fillSharedStage(names, processor, { outcomes, population })];
  return [`insert into ${names.outcomes}\n${outcomes}`, `insert into ${names.population}\n${population}`];
}

/** Statements that remove a stage; none where it expires by itself. */
export function dropStage(dialect: Dialect, names: StageNames): readonly string[] {
  return dialect === "googlesql" ? [] : names.tables.map((table) => `drop table if exists ${table}`);
}

/**
 * A script: the table with an expiry in case it is absent, then both sides of @dates in one statement. What a script that
 * failed further on has staged of them goes first, so it is safe to repeat.
 */
function fillSharedStage(
  names: StageNames,
  processor: Processor,
  queries: { readonly outcomes: string; readonly population: string },
): string {
  const [table = ""] = names.tables;
  const declared = processor.columns.map(({ name }) => name);
  const columns = ["stage_date", "stage_entity", "failure_category", "failure_reason", ...declared];
  const absent = [
    "cast(null as string)",
    "cast(null as string)",
    ...processor.columns.map(({ type }) => `cast(null as ${type})`),
  ];
  return `create table if not exists ${table} (
  stage_side string, ${stageColumns("googlesql", processor).join(", ")}
)
options (expiration_timestamp = timestamp_add(current_timestamp(), interval 1 day));
delete from ${table} where stage_date in unnest(@dates);
insert into ${table} (stage_side, ${quoteNames("googlesql", columns)})
select 'outcome', outcome.*
from (
${queries.outcomes}
) as outcome
union all
select 'member', stage_date, stage_entity, ${absent.join(", ")}
from (
${queries.population}
) as member`;
}

/** What a processor's table holds between @start_date and @end_date, as outcomes. */
export function writtenRows(dialect: Dialect, { table, dateColumn, columns }: Processor): string {
  const text = physicalType(dialect, "string");
  const names = quoteNames(
    dialect,
    columns.map(({ name }) => name),
  );
  return `select ${names}, cast(null as ${text}) as failure_category, cast(null as ${text}) as failure_reason
from ${quoteTable(dialect, table)}
where ${quoteName(dialect, dateColumn)} between @start_date and @end_date`;
}

/** A table for what a command wrote, empty, for a day. BigQuery only. */
export function createOutput(table: TableId, columns: readonly Pick<Column, "name" | "type">[]): string {
  const shape = columns.map(({ name, type }) => `${quoteName("googlesql", name)} ${type}`);
  return `create or replace table ${quoteTable("googlesql", table)} (${shape.join(", ")})
options (expiration_timestamp = timestamp_add(current_timestamp(), interval 1 day))`;
}

/** The queries that a cell runs over its dates, as far as the runbook writes them: a SQL step's, and the population's. */
export function stepQueries(dialect: Dialect, processor: Processor): readonly string[] {
  const population = populationQuery(dialect, processor);
  if (processor.step.kind !== "sql") return [population];
  return [outcomesQuery(dialect, { processor, source: processor.step.sql.text }), population];
}

function stageColumns(dialect: Dialect, processor: Processor): readonly string[] {
  const text = physicalType(dialect, "string");
  return [
    "stage_date date",
    `stage_entity ${text}`,
    `failure_category ${text}`,
    `failure_reason ${text}`,
    ...processor.columns.map(
      (column) => `${quoteName(dialect, column.name)} ${physicalType(dialect, column.type)}`,
    ),
  ];
}

function outcomesQuery(
  dialect: Dialect,
  { processor, source }: { readonly processor: Processor; readonly source: string },
): string {
  const date = quoteName(dialect, processor.dateColumn);
  const text = physicalType(dialect, "string");
  const columns = processor.columns.map((column) => {
    const name = quoteName(dialect, column.name);
    return `cast(${name} as ${physicalType(dialect, column.type)}) as ${name}`;
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
where ${isIn(dialect, `cast(${date} as date)`, "dates")}`;
}

function populationQuery(dialect: Dialect, processor: Processor): string {
  return `select analysis_date as stage_date, entity_id as stage_entity
from (
${processor.population.sql.text}
) as population
where ${isIn(dialect, "analysis_date", "dates")}`;
}

/** The entity id of a row: the key without the date, joined by `|`; NULL when a part is NULL. */
export function entityOf(dialect: Dialect, processor: Processor): string {
  const text = physicalType(dialect, "string");
  return processor.entity.map((name) => `cast(${quoteName(dialect, name)} as ${text})`).join(" || '|' || ");
}
