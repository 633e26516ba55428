import { undated } from "../../domain/column.ts";
import type { Entry } from "../entry.ts";
import type { CriticalField, Distribution, Source } from "../runbook.ts";
import type { ProcessorText } from "../schema/processor-schema.ts";
import type { SourceText } from "../schema/source-schema.ts";
import { columnsOf } from "./build-columns.ts";

/** A source; without `minimum-rows` a date needs one row, or none where absence is legitimate. */
export function buildSource(entry: Entry<SourceText>): Source {
  const { phase, required, volume, "minimum-rows": minimumRows } = entry.value;
  return {
    ...checkedTable(entry),
    ...(isUndated(entry.value) ? { dateColumn: undated } : {}),
    phase,
    required,
    volume,
    minimumRows: String(minimumRows ?? (required ? 1 : 0)),
  };
}

/** Whether a source has no dates. */
export function isUndated({ date }: Pick<SourceText, "date">): boolean {
  return date === "none";
}

/** What sources and processors have alike. */
export function checkedTable({ value, at }: Entry<SourceText> | Entry<ProcessorText>) {
  return {
    table: value.table,
    dateColumn: value.date,
    columns: columnsOf(value.columns),
    key: value.key,
    ...(value.retention === undefined ? {} : { retention: value.retention }),
    cluster: value.cluster,
    critical: value.critical.flatMap(buildCritical),
    distributions: value.distributions.map(buildDistribution),
    place: at(),
  };
}

/** One check per field; `{field}` in the SQL stands for it. */
function buildCritical({
  field,
  valid,
  exempt,
  level,
}: SourceText["critical"][number]): readonly CriticalField[] {
  return [field].flat().map((name) => ({
    field: name,
    valid: valid.replaceAll("{field}", name),
    exempt: exempt?.replaceAll("{field}", name),
    written: { valid, exempt },
    level,
  }));
}

function buildDistribution(distribution: SourceText["distributions"][number]): Distribution {
  const { name, value, per, min, max, where, "only-if": onlyIf, level } = distribution;
  return { name, value, per, min, max, where, onlyIf, level };
}
