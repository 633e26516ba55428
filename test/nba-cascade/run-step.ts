import type { Row } from "../../src/warehouse/warehouse.ts";
import type { Season } from "./season.ts";

/** What a processor's SQL gives for one date on the tables as they are, sorted by its entity. */
export async function runStep({ runbook, warehouse }: Season, id: string, date: string): Promise<readonly Row[]> {
  const processor = runbook.processors.find((candidate) => candidate.id === id);
  if (processor?.step.kind !== "sql") throw new Error(`${id} has no SQL step`);
  const rows = await warehouse.query({
    sql: processor.step.sql.text,
    parameters: {
      start_date: { type: "date", value: date },
      end_date: { type: "date", value: date },
      min_games: { type: "int64", value: 5 },
    },
    purpose: `run the step of ${id}`,
  });
  const entityOf = (row: Row): string => processor.entity.map((column) => String(row[column])).join("|");
  return rows.toSorted((left, right) => (entityOf(left) < entityOf(right) ? -1 : 1));
}
