import type { Processor } from "../runbook/runbook.ts";
import type { Dialect } from "./dialect.ts";
import { quoteName } from "./identifiers.ts";
import { keyText } from "./key-text.ts";

/** The members that a processor has to answer for: (analysis_date, entity_id), also where the statement gives a key in columns. */
export function populationRows(dialect: Dialect, { population }: Pick<Processor, "population">): string {
  const { key, sql } = population;
  if (key === undefined) return sql.text;
  const parts = key.map((name) => ({ value: quoteName(dialect, name), type: "string" as const }));
  return `select analysis_date, ${keyText(dialect, parts)} as entity_id
from (
${sql.text}
) as member_key`;
}
