import type { Processor } from "../runbook/runbook.ts";
import { difference, textField, type Field } from "./audit-stage.ts";
import type { Dialect, StageNames } from "./dialect.ts";
import { quoteName, storedRows } from "./identifiers.ts";
import { entityOf } from "./stage.ts";

/**
 * The first entity, by its text, whose row a stage holds otherwise than the processor's table on @date: (entity, field,
 * was, now, occurrences). Compared exactly, as versions are.
 */
export function rewrittenValue(dialect: Dialect, names: StageNames, processor: Processor): string {
  const row: Field = {
    name: "the row",
    differs: "narrow.stage_entity is null or wide.stage_entity is null",
    texts: ["narrow.stage_entity", "wide.stage_entity"],
  };
  const values = processor.columns.map(({ name }) => textField(dialect, name, quoteName(dialect, name)));
  const columns = processor.columns.map(({ name }) => quoteName(dialect, name)).join(", ");
  const written = `(
    select ${quoteName(dialect, processor.dateColumn)} as stage_date, ${entityOf(dialect, processor)} as stage_entity, ${columns}
    from ${storedRows(dialect, processor.table)}
  )`;
  const staged = `(select * from ${names.outcomes} as outcome where failure_category is null)`;
  return `select entity, field, narrow as was, wide as now, count(*) over () as occurrences
from (
  ${difference(written, staged, [row, ...values])}
) as difference
where field is not null
order by entity, field
limit 1`;
}
