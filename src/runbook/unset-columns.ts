import { meaningfulTokens, tablesOf } from "../domain/sql-tokens.ts";
import type { Processor, Runbook } from "./runbook.ts";
import type { StepCase } from "./schema/case-schema.ts";

/**
 * Columns of the calendar that the SQL of a step or its population spells, and that a case leaves NULL because it names
 * the days: what orders by them passes or fails by chance.
 */
export function unsetColumns(
  { calendar }: Pick<Runbook, "calendar">,
  { step, population }: Pick<Processor, "step" | "population">,
  stepCase: Pick<StepCase, "calendar">,
): readonly string[] {
  if (stepCase.calendar === undefined) return [];
  const texts = [step.kind === "sql" ? step.sql.text : "", population?.sql.text ?? ""];
  const reading = texts.filter((text) => tablesOf(text).includes(calendar.table));
  const spelt = new Set(reading.flatMap(columnWords));
  return calendar.columns
    .map(({ name }) => name)
    .filter((name) => name !== calendar.dateColumn && name !== calendar.seasonColumn && spelt.has(name));
}

/** Words that can be columns: no name of a table or alias, which stands before a point or after these. */
function columnWords(text: string): readonly string[] {
  const words = meaningfulTokens(text).map((token) => token.text.toLowerCase());
  return words.filter((_, index) => words[index + 1] !== "." && !namesNext.has(words[index - 1] ?? ""));
}

const namesNext = new Set(["from", "join", "as"]);
