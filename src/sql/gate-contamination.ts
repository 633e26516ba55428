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
  const spread = columns.flatMap(({ name }, number) => {
    const column = quoteName(dialect, name);
    return [
      `case when min(${column}) = max(${column}) then 1 when min(${column}) is null then 0 else 2 end as distinct_${number}`,
      `count(case when ${column} is null then 1 end) as nulls_${number}`,
    ];
  });
  return oneRow(dialect, table, {
    selected: [`count(distinct ${date}) as date_count`, "count(*) as row_count", ...spread],
    groups: groupsOf(table, "range"),
    within: `${date} between @start_date and @end_date`,
  });
}

/**
 * Values of a table without dates over all its rows. Grain: one row: `row_count`, and per critical field and distribution
 * what `valuesByDate` and `valuesOfRange` give, whatever a distribution runs over.
 */
export function valuesOfWhole(dialect: Dialect, table: CheckedTable): string {
  const fields = table.critical.flatMap((field, number) => fieldCounts(dialect, { ...field, number }));
  const selected = ["count(*) as row_count", ...fields];
  return oneRow(dialect, table, { selected, groups: groupsOf(table, undefined), within: undefined });
}

/** One row of what is selected of all rows of a table, or of those within a condition, and of what is measured of them. */
function oneRow(
  dialect: Dialect,
  { table }: CheckedTable,
  {
    selected,
    groups,
    within,
  }: {
    readonly selected: readonly string[];
    readonly groups: readonly MeasureGroup[];
    readonly within: string | undefined;
  },
): string {
  function part(name: string, columns: string, where: string | undefined): string {
    const conditions = [within, where === undefined ? undefined : `(${where})`].flatMap((one) => one ?? []);
    return `${name} as (
  select
    ${columns}
  from ${storedRows(dialect, table)}${conditions.length === 0 ? "" : `\n  where ${conditions.join(" and ")}`}
)`;
  }
  const measured = groups.map(({ where, members }, number) =>
    part(`measured_${number}`, measures(members), where),
  );
  return `with ${[part("counted", selected.join(",\n    "), undefined), ...measured].join(",\n")}
select *
from counted
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
