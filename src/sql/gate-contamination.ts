import type { Column } from "../domain/column.ts";
import type { Dialect } from "./dialect.ts";
import type { CriticalField, Distribution, Processor, Source } from "../runbook/runbook.ts";
import { dateOf, quoteName, storedRows } from "./identifiers.ts";

type CheckedTable = Source | Processor;

/**
 * Values of a table by date over [@start_date, @end_date]. Grain: one row per (analysis_date) with rows: `row_count`,
 * per critical field n `checked_n` and `valid_n` (rows outside the exemption, and those of them that are valid), per
 * distribution of a date n `value_n` and `applies_n`, and `version`, a hash of all columns but the date.
 */
export function valuesByDate(dialect: Dialect, table: CheckedTable): string {
  const date = dateOf(dialect, table.dateColumn);
  const fields = table.critical.flatMap((field, number) => fieldCounts(dialect, { ...field, number }));
  const others = table.columns.filter(({ name }) => name !== table.dateColumn);
  const groups = groupsOf(table, "date");
  const measured = groups.map(
    ({ where, members }, number) => `measured_${number} as (
  select
    ${date} as measured_date,
    ${measures(members)}
  from ${storedRows(dialect, table.table)}
  where ${date} between @start_date and @end_date${where === undefined ? "" : ` and (${where})`}
  group by 1
)`,
  );
  const columns = groups.flatMap(({ members }) =>
    members.flatMap(({ number }) => [`value_${number}`, `applies_${number}`]),
  );
  const checked = `checked as (
  select
    ${[`${date} as checked_date`, "count(*) as row_count", ...fields, `${dialect.contentHash(others)} as version`].join(",\n    ")}
  from ${storedRows(dialect, table.table)}
  where ${date} between @start_date and @end_date
  group by 1
)`;
  return `with ${[checked, ...measured].join(",\n")}
select
  ${["cast(checked.checked_date as string) as analysis_date", "checked.*", ...columns].join(",\n  ")}
from checked
${groups.map((_, number) => `left join measured_${number} on measured_${number}.measured_date = checked.checked_date\n`).join("")}order by 1`;
}

/**
 * Values of a table over the whole of [@start_date, @end_date]. Grain: one row: `date_count`, `row_count`, per
 * distribution of the range n `value_n` and `applies_n`, per column n of `columns` `distinct_n` (0, 1, or 2 for more) and `nulls_n`.
 */
export function valuesOfRange(dialect: Dialect, table: CheckedTable, columns: readonly Column[]): string {
  const date = dateOf(dialect, table.dateColumn);
  const groups = groupsOf(table, "range");
  const spread = columns.flatMap(({ name }, number) => {
    const column = quoteName(dialect, name);
    return [
      `case when min(${column}) = max(${column}) then 1 when min(${column}) is null then 0 else 2 end as distinct_${number}`,
      `count(case when ${column} is null then 1 end) as nulls_${number}`,
    ];
  });
  const from = `from ${storedRows(dialect, table.table)}
  where ${date} between @start_date and @end_date`;
  const whole = `spread as (
  select
    ${[`count(distinct ${date}) as date_count`, "count(*) as row_count", ...spread].join(",\n    ")}
  ${from}
)`;
  const measured = groups.map(
    ({ where, members }, number) => `measured_${number} as (
  select
    ${measures(members)}
  ${from}${where === undefined ? "" : ` and (${where})`}
)`,
  );
  return `with ${[whole, ...measured].join(",\n")}
select *
from spread
${groups.map((_, number) => `cross join measured_${number}`).join("\n")}`;
}

/**
 * Values of a table without dates over all its rows. Grain: one row: `row_count`, and per critical field and distribution
 * what `valuesByDate` and `valuesOfRange` give, whatever a distribution runs over.
 */
export function valuesOfWhole(dialect: Dialect, table: CheckedTable): string {
  const fields = table.critical.flatMap((field, number) => fieldCounts(dialect, { ...field, number }));
  const from = `from ${storedRows(dialect, table.table)}`;
  const checked = `checked as (
  select
    ${["count(*) as row_count", ...fields].join(",\n    ")}
  ${from}
)`;
  const groups = groupsOf(table, undefined);
  const measured = groups.map(
    ({ where, members }, number) => `measured_${number} as (
  select
    ${measures(members)}
  ${from}${where === undefined ? "" : ` where (${where})`}
)`,
  );
  return `with ${[checked, ...measured].join(",\n")}
select *
from checked
${groups.map((_, number) => `cross join measured_${number}`).join("\n")}`;
}

/** A distribution by its place among those that are measured alike, on each date or over the range; undefined: both. */
type Numbered = { readonly distribution: Distribution; readonly number: number };

type MeasureGroup = { readonly where: string | undefined; readonly members: readonly Numbered[] };

/** Distributions that count the same rows, so that each set of rows is read once. */
function groupsOf(table: CheckedTable, per: Distribution["per"] | undefined): readonly MeasureGroup[] {
  const numbered = table.distributions
    .filter((distribution) => per === undefined || distribution.per === per)
    .map((distribution, number) => ({ distribution, number }));
  const groups = Map.groupBy(numbered, ({ distribution }) => distribution.where);
  return [...groups].map(([where, members]) => ({ where, members }));
}

function measures(members: readonly Numbered[]): string {
  return members
    .flatMap(({ distribution, number }) => [
      `cast(${distribution.value} as float64) as value_${number}`,
      `case when ${distribution.onlyIf ?? "count(*) > 0"} then 1 else 0 end as applies_${number}`,
    ])
    .join(",\n    ");
}

function fieldCounts(
  dialect: Dialect,
  { field, written, number }: CriticalField & { readonly number: number },
): readonly string[] {
  function inSql(text: string): string {
    return text.replaceAll("{field}", () => quoteName(dialect, field));
  }
  const counted = written.exempt === undefined ? "true" : `not coalesce(${inSql(written.exempt)}, false)`;
  return [
    `count(case when ${counted} then 1 end) as checked_${number}`,
    `count(case when ${counted} and (${inSql(written.valid)}) then 1 end) as valid_${number}`,
  ];
}
