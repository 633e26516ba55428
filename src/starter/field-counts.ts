import { datasetOf, tableNameOf, type TableId } from "../domain/table-id.ts";
import type { StarterSource } from "./found-table.ts";
import { datasetFor } from "./starter-files.ts";
import type { YamlMapping } from "./written-value.ts";

/** A processor of a starter: its entry in the runbook, and its SQL. */
export type StarterProcessor = {
  readonly processor: YamlMapping;
  readonly files: readonly (readonly [path: string, text: string])[];
};

/**
 * A processor to begin with and to replace: per date and column of a source, how many rows there are and in how many of
 * them the column is NULL.
 */
export function fieldCounts(
  runbook: string,
  { source, sources }: { readonly source: StarterSource; readonly sources: readonly StarterSource[] },
): StarterProcessor {
  const { table } = source;
  const date = source.date.value.name;
  const stem = stemOf(
    table,
    sources.map((other) => other.table),
  );
  const id = `${stem.toUpperCase()}_FIELDS`;
  const step = `sql/${stem}_fields.sql`;
  const fields = source.columns
    .filter(({ name, type, notFinite }) => type !== undefined && notFinite === 0 && name !== date)
    .map(({ name }) => name);
  const asked = fields.length === 0 ? [date] : fields;
  return {
    processor: {
      id,
      table: `${datasetFor(runbook, "marts")}.${stem}_fields`,
      ...(source.date.value.kind === "in-place" ? { date } : {}),
      key: [date, "field"],
      reads: [table],
      sql: step,
    },
    files: [[step, stepSql(source, asked)]],
  };
}

/** A table as part of names: `orders` of `shop.orders`, and `shop_orders` where another dataset has orders, too. */
function stemOf(table: TableId, all: readonly TableId[]): string {
  const name = tableNameOf(table).toLowerCase();
  const alike = all.filter((other) => tableNameOf(other).toLowerCase() === name);
  const stem = alike.length > 1 ? `${datasetOf(table).toLowerCase()}_${name}` : name;
  return stem.replace(/^_+/, "");
}

function stepSql({ table, date: { value: date } }: StarterSource, fields: readonly string[]): string {
  const { name } = date;
  const sql = date.kind === "in-place" ? date.sql : `stored.${name}`;
  const cases = fields.map((field) => `when fields.field = '${field}' and stored.${field} is null then 1`);
  return `-- Grain: (${name}, field): how many rows a date has, and in how many of them the column is NULL.
select
  counted.${name},
  counted.field,
  counted.row_count,
  counted.null_count,
  cast(floor(1000 * counted.null_count / counted.row_count) as int64) as null_per_mille
from (
  select
    ${sql} as ${name},
    fields.field,
    cast(count(*) as int64) as row_count,
    cast(sum(case
      ${cases.join("\n      ")}
      else 0
    end) as int64) as null_count
  from ${table} as stored
  cross join (
    ${fieldRows(fields)}
  ) as fields
  where ${sql} between @start_date and @end_date
  group by 1, 2
) as counted
`;
}

function fieldRows(fields: readonly string[]): string {
  return fields
    .map((field, index) => (index === 0 ? `select '${field}' as field` : `select '${field}'`))
    .join("\n    union all ");
}
