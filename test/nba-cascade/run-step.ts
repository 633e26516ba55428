import type { Row } from "../../src/warehouse/warehouse.ts";
import type { Season } from "./season.ts";

/** What a processor's SQL gives for one date on the tables as they are, sorted by its entity. */
export async function runStep(season: Season, id: string, date: string): Promise<readonly Row[]> {
  const processor = season.runbook.processors.find((candidate) => candidate.id === id);
  if (processor?.step.kind !== "sql") throw new Error(`${id} has no SQL step`);
  const { entity } = processor;
  const rows = await runSql(season, processor.step.sql.text, date);
  function entityOf(row: Row): string {
    return entity.map((column) => String(row[column])).join("|");
  }
  return rows.toSorted((left, right) => (entityOf(left) < entityOf(right) ? -1 : 1));
}

/** The violations that a relation of a processor finds on one date. */
export async function runRelation(
  season: Season,
  { processor: id, relation: name, date }: Readonly<Record<"processor" | "relation" | "date", string>>,
): Promise<readonly Row[]> {
  const processor = season.runbook.processors.find((candidate) => candidate.id === id);
  const relation = processor?.relations.find((candidate) => candidate.name === name);
  if (relation === undefined) throw new Error(`${id} has no relation "${name}"`);
  return runSql(season, relation.sql.text, date);
}

/** Makes a change, looks at what follows from it, and takes it back. */
export async function withChanges<Result>(
  { warehouse }: Season,
  changes: readonly string[],
  look: () => Promise<Result>,
): Promise<Result> {
  await warehouse.query({ sql: "begin transaction", purpose: "begin the change" });
  try {
    for (const sql of changes) await warehouse.query({ sql, purpose: "change the tables" });
    return await look();
  } finally {
    await warehouse.query({ sql: "rollback", purpose: "take the change back" });
  }
}

async function runSql({ warehouse }: Season, sql: string, date: string): Promise<readonly Row[]> {
  return warehouse.query({
    sql,
    parameters: {
      start_date: { type: "date", value: date },
      end_date: { type: "date", value: date },
      min_games: { type: "int64", value: 5 },
    },
    purpose: "run a step or relation",
  });
}
