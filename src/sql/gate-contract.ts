import { everyDate } from "../domain/calendar-date.ts";
import { undated, type Column } from "../domain/column.ts";
import type { Dialect } from "./dialect.ts";
import type { FailureCategory, Processor, Source } from "../runbook/runbook.ts";
import { columnFindings } from "./column-findings.ts";
import { dateOf, quoteDate, quoteName, quoteNames, storedRows } from "./identifiers.ts";
import { namedKey } from "./key-text.ts";

/**
 * What breaks the contract of a committed table over [@start_date, @end_date]. Grain: one row per (analysis_date,
 * finding) with the number of occurrences and the first key concerned; of a table without dates over all rows, without a date. A row counts for its first finding only. Values of
 * the columns `byValue`, whose types hold more than is declared, are looked at for what the declared type would lose.
 */
export function tableFindings(
  dialect: Dialect,
  table: Source | Processor,
  byValue: readonly Column[] = [],
): string {
  const isWhole = table.dateColumn === undated;
  const date = isWhole ? "cast(null as date)" : dateOf(dialect, table.dateColumn);
  const key = namedKey(dialect, table, table.key);
  const stored = `from ${storedRows(dialect, table.table)}`;
  const from = isWhole
    ? stored
    : `${stored}
  where ${date} between @start_date and @end_date`;
  const others = isWhole ? noRowAtAll(dialect, table) : withoutDate(dialect, table);
  return `with row_finding as (
  select
    ${date} as finding_date,
    ${key} as example,
    ${rowFinding(dialect, table, byValue)} as finding
  ${from}
)${keyFindings(dialect, table, { date, key, from })}
${countFindings(`select * from row_finding${table.key.length === 0 ? "" : " union all select * from key_finding"}${others}`)}`;
}

function keyFindings(
  dialect: Dialect,
  table: Source | Processor,
  { date, key, from }: { readonly date: string; readonly key: string; readonly from: string },
): string {
  if (table.key.length === 0) return "";
  return `,
key_finding as (
  select
    min(${date}) as finding_date,
    min(${key}) as example,
    'the key stands more than once' as finding
  ${from}
  group by ${quoteNames(dialect, table.key)}
  having count(*) > 1
)`;
}

/** The engine writes a processor's rows by date, into a column that takes no NULL: only others leave rows without one. */
function withoutDate(dialect: Dialect, table: Source | Processor): string {
  return "step" in table ? "" : ` union all ${undatedRows(dialect, table)}`;
}

function noRowAtAll(dialect: Dialect, table: Source | Processor): string {
  if ("step" in table || !table.required) return "";
  return ` union all select
    cast(null as date) as finding_date,
    cast(null as ${dialect.columnType("string")}) as example,
    case when count(*) = 0 then 'it has no row' end as finding
  from ${storedRows(dialect, table.table)}`;
}

/**
 * Rows of a table that are in no window: their date is NULL or one that no calendar has. Grain: one row per finding,
 * without a date, with the number of occurrences and the first key concerned.
 */
export function undatedFindings(dialect: Dialect, table: Source | Processor): string {
  return countFindings(undatedRows(dialect, table));
}

function undatedRows(dialect: Dialect, table: Source | Processor): string {
  const date = dateOf(dialect, table.dateColumn);
  const outside = `${date} < ${quoteDate(dialect, everyDate.from)} or ${date} > ${quoteDate(dialect, everyDate.to)}`;
  const others = table.key.filter((name) => name !== table.dateColumn);
  const key =
    others.length === 0 ? `cast(null as ${dialect.columnType("string")})` : namedKey(dialect, table, others);
  return `select
    cast(null as date) as finding_date,
    ${key} as example,
    case
      when ${date} is null then ${dialect.quoteText(`${table.dateColumn} is NULL but required`)}
      else ${dialect.quoteText(`${table.dateColumn} is no date of the years 1000 to 9999`)}
    end as finding
  from ${storedRows(dialect, table.table)}
  where ${date} is null or ${outside}`;
}

/**
 * What is wrong with the standing failures of @processors over [@start_date, @end_date]. Grain: one row per
 * (processor_name, analysis_date, finding).
 */
export function failureFindings(
  dialect: Dialect,
  { ledger, categories }: { readonly ledger: string; readonly categories: readonly FailureCategory[] },
): string {
  const declared = categories
    .filter(({ level }) => level === "entity")
    .map(({ id }) => dialect.quoteText(id));
  const list = declared.length === 0 ? "('')" : `(${declared.join(", ")})`;
  return `select
  processor_name,
  cast(analysis_date as string) as analysis_date,
  finding,
  count(*) as occurrences,
  min(entity_id) as example
from (
  select
    processor_name,
    analysis_date,
    entity_id,
    case
      when count(*) > 1 then 'an entity has more than one failure'
      when min(failure_category) not in ${list} then 'the failure category is not declared: ' || min(failure_category)
    end as finding
  from ${quoteName(dialect, ledger)}.precompute_failures
  where analysis_date between @start_date and @end_date
    and entity_id <> @date_level
  group by 1, 2, 3
) as failure_finding
where finding is not null
group by 1, 2, 3
order by 1, 2, 3`;
}

/** Violations of a relation. Grain: one row per analysis_date, with the number, the first entity and its detail. */
export function relationFindings(text: string): string {
  return `select
  cast(analysis_date as string) as analysis_date,
  count(*) as occurrences,
  min(entity_id || ': ' || detail) as example
from (
${text}
) as violation
group by 1
order by 1`;
}

function countFindings(findings: string): string {
  return `select
  cast(finding_date as string) as analysis_date,
  finding,
  count(*) as occurrences,
  min(example) as example
from (${findings}) as finding_of_table
where finding is not null
group by 1, 2
order by 1, 2`;
}

/** The first finding of a row, or NULL. */
function rowFinding(dialect: Dialect, { columns }: Source | Processor, byValue: readonly Column[]): string {
  const losses = byValue.flatMap(({ name, type }) => {
    const loss = dialect.lossOf(type, quoteName(dialect, name));
    return loss === undefined ? [] : [`when ${loss.when} then ${dialect.quoteText(`${name} ${loss.words}`)}`];
  });
  const findings = [...losses, ...columnFindings(dialect, columns)];
  return findings.length === 0 ? "cast(null as string)" : `case\n      ${findings.join("\n      ")}\n    end`;
}
