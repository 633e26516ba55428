import type { TableId } from "../domain/table-id.ts";
import type { Dialect } from "./dialect.ts";
import { quoteTable } from "./identifiers.ts";

const changeColumns = [
  { name: "analysis_date", type: "date" },
  { name: "added", type: "int64" },
  { name: "removed", type: "int64" },
  { name: "changed", type: "int64" },
  { name: "same", type: "int64" },
  { name: "first_added", type: "string" },
  { name: "first_removed", type: "string" },
  { name: "columns", type: "string" },
] as const;

/** Appends to `cascade_changes` for an attempt, an element of each array parameter a row; an empty first row is none. */
export function appendChanges(dialect: Dialect, store: TableId): string {
  const names = changeColumns.map(({ name }) => name);
  const values = names.map((name) => (name.startsWith("first_") ? `nullif(${name}, '')` : name));
  return `insert into ${quoteTable(dialect, store)}
  (processor_name, attempt_id, run_id, ${names.join(", ")})
select @processor_name, @attempt_id, @run_id, ${values.join(", ")}
from (${dialect.rowsOfArrays(changeColumns)}) as change`;
}

/** What attempts of @run_id changed: (processor_name, ...), by processor and date; of a date that was tried again the newest. */
export function recordedChanges(dialect: Dialect, store: TableId): string {
  return `select
  processor_name, cast(analysis_date as string) as analysis_date,
  added, removed, changed, same, first_added, first_removed, columns
from ${quoteTable(dialect, store)}
where run_id = @run_id
qualify row_number() over (partition by processor_name, analysis_date order by attempt_id desc) = 1
order by processor_name, analysis_date`;
}
