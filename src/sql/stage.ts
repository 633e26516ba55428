import type { Dialect } from "../domain/dialect.ts";
import type { Processor } from "../runbook/runbook.ts";
import { isIn } from "./arrays.ts";
import { physicalType } from "./column-types.ts";
import { quoteName } from "./identifiers.ts";

/** Names of a cell's temporary tables. */
export type StageNames = { readonly outcomes: string; readonly population: string };

/** Temporary tables of the cell with this number; unique within a process. */
export function stageNames(cellNumber: number): StageNames {
  return {
    outcomes: `cascade_stage_${cellNumber}_outcomes`,
    population: `cascade_stage_${cellNumber}_population`,
  };
}

/**
 * Empty stage: `outcomes` has `analysis_date`, `entity_id`, the failure columns and every declared column;
 * `population` has `analysis_date`, `entity_id`.
 */
export function createStage(dialect: Dialect, names: StageNames, processor: Processor): readonly string[] {
  const text = physicalType(dialect, "string");
  const columns = processor.columns.map(
    (column) => `${quoteName(dialect, column.name)} ${physicalType(dialect, column.type)}`,
  );
  const head = [
    `stage_date date`,
    `stage_entity ${text}`,
    `failure_category ${text}`,
    `failure_reason ${text}`,
  ];
  return [
    `create or replace temporary table ${names.outcomes} (${[...head, ...columns].join(", ")})`,
    `create or replace temporary table ${names.population} (stage_date date, stage_entity ${text})`,
  ];
}

/**
 * Appends the outcomes of `source` (a query with the processor's columns by name) for the dates in @dates, cast to
 * the declared types.
 */
export function stageOutcomes(
  dialect: Dialect,
  names: StageNames,
  { processor, source }: { readonly processor: Processor; readonly source: string },
): string {
  const date = quoteName(dialect, processor.dateColumn);
  const columns = processor.columns.map(
    (column) => `cast(${quoteName(dialect, column.name)} as ${physicalType(dialect, column.type)})`,
  );
  return `insert into ${names.outcomes}
select
  cast(${date} as date),
  ${entityOf(dialect, processor)},
  cast(failure_category as ${physicalType(dialect, "string")}),
  cast(failure_reason as ${physicalType(dialect, "string")}),
  ${columns.join(",\n  ")}
from (
${source}
) as step_outcome
where ${isIn(dialect, `cast(${date} as date)`, "dates")}`;
}

/** Appends the processor's population for the dates in @dates. */
export function stagePopulation(dialect: Dialect, names: StageNames, processor: Processor): string {
  return `insert into ${names.population}
select analysis_date, entity_id
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
