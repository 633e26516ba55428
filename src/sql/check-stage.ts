import type { Column } from "../domain/column.ts";
import type { Dialect } from "../domain/dialect.ts";
import type { FailureCategory, Processor } from "../runbook/runbook.ts";
import { quoteName, quoteText } from "./identifiers.ts";
import type { StageNames } from "./stage.ts";

/**
 * What breaks the contract in a stage: one row per (analysis_date, finding) with the number of occurrences and the
 * first entity concerned. Keys unique, required columns not NULL, ranges and closed lists, numbers finite, categories
 * declared, outcomes equal to the population. One statement, whatever the number of dates.
 */
export function checkStage(
  dialect: Dialect,
  names: StageNames,
  { processor, categories }: { processor: Processor; categories: readonly FailureCategory[] },
): string {
  return `with row_finding as (
  select stage_date, stage_entity, ${findingOf(dialect, processor, categories)} as finding
  from ${names.outcomes}
),
member as (
  select stage_date, stage_entity, sum(staged) as staged, sum(expected) as expected
  from (
    select stage_date, stage_entity, 1 as staged, 0 as expected from ${names.outcomes}
    union all
    select stage_date, stage_entity, 0 as staged, 1 as expected from ${names.population}
  ) as side
  group by 1, 2
),
member_finding as (
  select
    stage_date,
    stage_entity,
    case
      when stage_entity is null then 'a key column is NULL'
      when staged > 1 then 'the key stands more than once'
      when expected > 1 then 'the population names the entity more than once'
      when staged = 0 then 'a member of the population has no outcome'
      when expected = 0 then 'the entity is not in the population'
    end as finding
  from member
)
select
  cast(stage_date as string) as analysis_date,
  finding,
  count(*) as occurrences,
  min(stage_entity) as example
from (
  select * from row_finding
  union all
  select * from member_finding
) as finding_of_stage
where finding is not null
group by 1, 2
order by 1, 2`;
}

/** The first contract violation of a stage row as text, or NULL. */
function findingOf(dialect: Dialect, processor: Processor, categories: readonly FailureCategory[]): string {
  const allowed = categories.filter((category) => category.level === "entity").map(({ id }) => quoteText(id));
  const list = allowed.length === 0 ? "('')" : `(${allowed.join(", ")})`;
  const cases = [
    `when failure_category is not null and failure_category not in ${list} then 'the failure category is not declared: ' || failure_category`,
    `when failure_category is not null and failure_reason is null then 'a failure has no reason'`,
    `when failure_category is not null then null`,
    ...processor.columns.flatMap((column) => columnCases(dialect, column)),
  ];
  return `case\n    ${cases.join("\n    ")}\n  end`;
}

function columnCases(dialect: Dialect, column: Column): string[] {
  const name = quoteName(dialect, column.name);
  const conditions: [string, string][] = [];
  if (column.nullable === undefined) conditions.push([`${name} is null`, "is NULL but required"]);
  if (column.type === "float64") conditions.push([notFinite(dialect, name), "is not a finite number"]);
  if (column.type === "array<float64>") conditions.push([arrayNotFinite(dialect, name), "holds no finite number"]);
  if (column.min !== undefined) conditions.push([`${name} < ${bound(column, column.min)}`, `is below ${column.min}`]);
  if (column.max !== undefined) conditions.push([`${name} > ${bound(column, column.max)}`, `is above ${column.max}`]);
  if (column.values !== undefined) {
    const list = column.values.map(quoteText).join(", ");
    conditions.push([`${name} not in (${list})`, "is none of its values"]);
  }
  return conditions.map(([when, text]) => `when ${when} then ${quoteText(`${column.name} ${text}`)}`);
}

function bound(column: Column, value: number): string {
  return column.type === "int64" ? String(value) : `${value}e0`;
}

function notFinite(dialect: Dialect, name: string): string {
  return dialect === "duckdb" ? `not isfinite(${name})` : `is_nan(${name}) or is_inf(${name})`;
}

function arrayNotFinite(dialect: Dialect, name: string): string {
  return dialect === "duckdb"
    ? `len(list_filter(${name}, lambda element: element is null or not isfinite(element))) > 0`
    : `exists(select 1 from unnest(${name}) as element where element is null or is_nan(element) or is_inf(element))`;
}
