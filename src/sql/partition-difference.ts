import { kindOfType, type Column, type TypeKind } from "../domain/column.ts";
import type { Processor } from "../runbook/runbook.ts";
import type { Dialect, StageNames } from "./dialect.ts";
import { quoteName, storedRows } from "./identifiers.ts";
import { onDates } from "./on-dates.ts";
import { entityOf } from "./stage.ts";

/** Types of which two values are one only where their text is: to engines -0.0 is 0.0, and some compare no lists. */
const comparedAsText: ReadonlySet<TypeKind> = new Set([
  "float64",
  "json",
  "bytes",
  "opaque",
  "array<float64>",
  "array<string>",
  "array<int64>",
]);

const measured: ReadonlySet<TypeKind> = new Set(["float64", "int64", "numeric"]);

/**
 * How the staged rows of @dates differ from what a processor's table holds on them, by its key, compared as versions are:
 * a row per date (analysis_date, added, removed, changed, same, first_added, first_removed), and of each of the columns, by
 * its number, in how many rows it changed, in how many by more than @beyond of what it was, how many of these differences
 * are numbers, their sum, the largest, and the first row with both values.
 */
export function partitionDifference(
  dialect: Dialect,
  names: StageNames,
  { processor, columns }: { readonly processor: Processor; readonly columns: readonly Column[] },
): string {
  const values = columns.map(({ name }, index) => `${quoteName(dialect, name)} as value_${index}`);
  const standing = [
    `${quoteName(dialect, processor.dateColumn)} as stage_date`,
    `coalesce(${entityOf(dialect, processor)}, '') as entity`,
    ...values,
  ];
  const staged = ["stage_date", "coalesce(stage_entity, '') as entity", ...values];
  const changed = columns.map((column, index) => differs(dialect, column, index)).join("\n      or ");
  return `select
  cast(stage_date as string) as analysis_date,
  sum(case when fate = 'added' then 1 else 0 end) as added,
  sum(case when fate = 'removed' then 1 else 0 end) as removed,
  sum(case when fate = 'changed' then 1 else 0 end) as changed,
  sum(case when fate = 'same' then 1 else 0 end) as same,
  min(case when fate = 'added' then entity end) as first_added,
  min(case when fate = 'removed' then entity end) as first_removed${columns
    .map((column, index) => `,\n${columnCounts(dialect, column, index)}`)
    .join("")}
from (
  select
    coalesce(was.stage_date, now.stage_date) as stage_date,
    coalesce(was.entity, now.entity) as entity,
    case
      when was.entity is null then 'added'
      when now.entity is null then 'removed'
      when ${changed === "" ? "false" : changed} then 'changed'
      else 'same'
    end as fate${columns.map((_, index) => `,\n    was.value_${index} as was_${index}, now.value_${index} as now_${index}`).join("")}
  from (
    select ${standing.join(", ")}
    from ${storedRows(dialect, processor.table)}
    where ${onDates(dialect, quoteName(dialect, processor.dateColumn))}
  ) as was
  full join (
    select ${staged.join(", ")}
    from ${names.outcomes} as outcome
    where failure_category is null and ${dialect.isIn("stage_date", "dates")}
  ) as now
    on now.stage_date = was.stage_date
    and now.entity = was.entity
) as paired
group by stage_date
order by 1`;
}

function differs(dialect: Dialect, { type }: Column, index: number): string {
  return valuesDiffer(dialect, type, [`was.value_${index}`, `now.value_${index}`]);
}

function valuesDiffer(dialect: Dialect, type: Column["type"], [was, now]: readonly [string, string]): string {
  if (!comparedAsText.has(kindOfType(type))) return `${was} is distinct from ${now}`;
  return `coalesce(${dialect.jsonText(was)}, 'null') <> coalesce(${dialect.jsonText(now)}, 'null')`;
}

function columnCounts(dialect: Dialect, { type }: Column, index: number): string {
  const [was, now] = [`was_${index}`, `now_${index}`];
  const isChanged = `fate = 'changed' and ${valuesDiffer(dialect, type, [was, now])}`;
  const isNumber = measured.has(kindOfType(type));
  const apart = `abs(${dialect.floatOf(now)} - ${dialect.floatOf(was)})`;
  const float = dialect.columnType("float64");
  const none = `cast(null as ${float})`;
  const finite = [was, now].map((value) => `coalesce(${dialect.isNotFinite(dialect.floatOf(value))}, true)`);
  const distance = isNumber
    ? `case when ${isChanged} and not (${finite.join(" or ")}) then ${apart} end`
    : none;
  const isFar = isNumber ? `coalesce(${apart} > @beyond * abs(${dialect.floatOf(was)}), true)` : "true";
  const texts = [was, now].map((value) => `coalesce(${dialect.jsonText(value)}, 'null')`);
  return [
    `  sum(case when ${isChanged} then 1 else 0 end) as differing_${index}`,
    `  sum(case when ${isChanged} and ${isFar} then 1 else 0 end) as beyond_${index}`,
    `  count(${distance}) as measured_${index}`,
    `  sum(${distance}) as total_${index}`,
    `  max(${distance}) as largest_${index}`,
    `  min(case when ${isChanged} then entity || ': ' || ${texts.join(" || ' to ' || ")} end) as example_${index}`,
  ].join(",\n");
}
