import type { Dialect } from "./dialect.ts";
import type { Processor } from "../runbook/runbook.ts";
import { quoteName, storedRows } from "./identifiers.ts";
import { populationRows } from "./population.ts";
import { entityOf } from "./stage.ts";

/** A processor whose members are counted, and which of its two stores exist; an absent one holds nothing. */
export type MemberSources = {
  readonly processor: Processor;
  readonly ledger: string;
  readonly hasTable: boolean;
  readonly hasFailures: boolean;
};

/** Which members a query for names asks for; see `CoverageRow`. */
export type MemberKind = "untracked" | "explained" | "phantom" | "unexpected";

/**
 * Counts of a processor's members over [@start_date, @end_date]. Grain: one row per (analysis_date, is_expected,
 * is_present, is_waived, failure_category), the category empty when there is no failure; `members` are distinct
 * entities and `example` is the first. Reads the population, the table's key and the standing failures once each.
 */
export function coverageCounts(dialect: Dialect, sources: MemberSources): string {
  return `with member as (
${membersOf(dialect, sources)}
),
waived_member as (
  select distinct waived_date, waived_entity
  from (${dialect.rowsOfArrays(waivedColumns)}) as waived
)
select
  cast(member.analysis_date as string) as analysis_date,
  member.is_expected,
  member.is_present,
  case when waived_member.waived_entity is null then 0 else 1 end as is_waived,
  coalesce(member.failure_category, '') as failure_category,
  count(*) as members,
  min(member.entity_id) as example
from member
left join waived_member
  on waived_member.waived_date = member.analysis_date
  and waived_member.waived_entity = member.entity_id
group by 1, 2, 3, 4, 5
order by 1, 2, 3, 4, 5`;
}

/** Names of a processor's members of one kind: (analysis_date, entity_id, failure_category, failure_reason), on @dates, at most @max_members. */
export function namedMembers(dialect: Dialect, sources: MemberSources, kind: MemberKind): string {
  return `with member as (
${membersOf(dialect, sources)}
)
select
  cast(analysis_date as string) as analysis_date,
  coalesce(entity_id, '') as entity_id,
  coalesce(failure_category, '') as failure_category,
  coalesce(failure_reason, '') as failure_reason
from member
where ${conditions[kind]} and ${dialect.isIn("analysis_date", "dates")}
order by 1, 2, 3
limit @max_members`;
}

const waivedColumns = [
  { name: "waived_date", type: "date" },
  { name: "waived_entity", type: "string" },
] as const;

const conditions: Readonly<Record<MemberKind, string>> = {
  untracked: "is_expected = 1 and is_present = 0 and failure_category is null",
  explained: "is_expected = 1 and is_present = 0 and failure_category is not null",
  phantom: "is_present = 1 and failure_category is not null",
  unexpected: "is_expected = 0",
};

/** Grain: (analysis_date, entity_id) that the population, the table or the failures name. */
function membersOf(dialect: Dialect, sources: MemberSources): string {
  const sides = [
    `    select analysis_date, entity_id, 1 as is_expected, 0 as is_present,
      cast(null as string) as failure_category, cast(null as string) as failure_reason
    from (
${populationRows(dialect, sources.processor)}
    ) as population
    where analysis_date between @start_date and @end_date`,
    ...(sources.hasTable ? [presentSide(dialect, sources.processor)] : []),
    ...(sources.hasFailures ? [failureSide(dialect, sources.ledger)] : []),
  ];
  return `  select
    analysis_date,
    entity_id,
    max(is_expected) as is_expected,
    max(is_present) as is_present,
    max(failure_category) as failure_category,
    max(failure_reason) as failure_reason
  from (
${sides.join("\n    union all\n")}
  ) as side
  group by 1, 2`;
}

function presentSide(dialect: Dialect, processor: Processor): string {
  const date = quoteName(dialect, processor.dateColumn);
  return `    select ${date}, ${entityOf(dialect, processor)}, 0, 1, null, null
    from ${storedRows(dialect, processor.table)}
    where ${date} between @start_date and @end_date`;
}

function failureSide(dialect: Dialect, ledger: string): string {
  return `    select analysis_date, entity_id, 0, 0, failure_category, failure_reason
    from ${quoteName(dialect, ledger)}.precompute_failures
    where processor_name = @processor_name
      and analysis_date between @start_date and @end_date
      and entity_id <> @date_level`;
}
