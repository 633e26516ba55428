import type { Processor } from "../runbook/runbook.ts";
import type { Dialect } from "./dialect.ts";
import { quoteName } from "./identifiers.ts";
import { keyText } from "./key-text.ts";
import { noRowsOf } from "./no-rows.ts";

/**
 * The members that a processor has to answer for: (analysis_date, entity_id), also where the statement gives a key in
 * columns. None where it has no population.
 */
export function populationRows(dialect: Dialect, { population }: Pick<Processor, "population">): string {
  if (population === undefined) {
    return noRowsOf(dialect, [
      { name: "analysis_date", type: "date" },
      { name: "entity_id", type: "string" },
    ]);
  }
  const { key, sql } = population;
  if (key === undefined) return sql.text;
  const parts = key.map((name) => ({ value: quoteName(dialect, name), type: "string" as const }));
  return `select analysis_date, ${keyText(dialect, parts)} as entity_id
from (
${sql.text}
) as member_key`;
}
