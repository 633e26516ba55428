import type { Dialect, StageNames } from "./dialect.ts";
import type { FailureCategory, Processor } from "../runbook/runbook.ts";
import { columnFindings } from "./column-findings.ts";

/**
 * What breaks the contract in a stage: one row per (analysis_date, finding) with the number of occurrences and the
 * first entity concerned. Keys unique, required columns not NULL, ranges and closed lists, numbers finite, categories
 * declared, outcomes equal to the population. One statement, whatever the number of dates. Outcomes and population that
 * differ in the column `apart` have nothing to do with each other: it is `apart` in the result.
 */
export function checkStage(
  dialect: Dialect,
  names: StageNames,
  {
    processor,
    categories,
    apart,
  }: { processor: Processor; categories: readonly FailureCategory[]; apart?: string | undefined },
): string {
  const first = apart === undefined ? "" : `${apart}, `;
  const keys = apart === undefined ? "1, 2" : "1, 2, 3";
  return `with row_finding as (
  select ${first}stage_date, stage_entity, ${findingOf(dialect, processor, categories)} as finding
  from ${names.outcomes}
),
member as (
  select ${first}stage_date, stage_entity, sum(staged) as staged, sum(expected) as expected
  from (
    select ${first}stage_date, stage_entity, 1 as staged, 0 as expected from ${names.outcomes}
    union all
    select ${first}stage_date, stage_entity, 0 as staged, 1 as expected from ${names.population}
  ) as side
  group by ${keys}
),
member_finding as (
  select
    ${first}stage_date,
    stage_entity,
    case
      when stage_entity is null then 'a key column is NULL'
      when staged > 1 then 'the key stands more than once'${memberFindings(processor)}
    end as finding
  from member
)
select
  ${apart === undefined ? "" : `${apart} as apart, `}cast(stage_date as string) as analysis_date,
  finding,
  count(*) as occurrences,
  min(stage_entity) as example
from (
  select * from row_finding
  union all
  select * from member_finding
) as finding_of_stage
where finding is not null
group by ${keys}
order by ${keys}`;
}

/** Outcomes are those of the population, where there is one. */
function memberFindings({ population }: Processor): string {
  if (population === undefined) return "";
  return `
      when expected > 1 then 'the population names the entity more than once'
      when staged = 0 then 'a member of the population has no outcome'
      when expected = 0 then 'the entity is not in the population'`;
}

/** The first contract violation of a stage row as text, or NULL. */
function findingOf(dialect: Dialect, processor: Processor, categories: readonly FailureCategory[]): string {
  const allowed = categories
    .filter((category) => category.level === "entity")
    .map(({ id }) => dialect.quoteText(id));
  const list = allowed.length === 0 ? "('')" : `(${allowed.join(", ")})`;
  const cases = [
    `when failure_category is not null and failure_category not in ${list} then 'the failure category is not declared: ' || failure_category`,
    `when failure_category is not null and failure_reason is null then 'a failure has no reason'`,
    `when failure_category is not null then null`,
    `when stage_loss is not null then stage_loss`,
    ...columnFindings(dialect, processor.columns),
  ];
  return `case\n    ${cases.join("\n    ")}\n  end`;
}
