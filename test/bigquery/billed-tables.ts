import { splitScript } from "./split-script.ts";

/** What BigQuery bills at least for a table that a query names, in bytes; see https://cloud.google.com/bigquery/pricing. */
const leastOfTable = 10_000_000;

const table = /`?\b(\w+)`?\.(?:`?(\w+)`?)(?:\.(\w+))?/g;

/**
 * What jobs are billed where every table is below the minimum: each statement of each for the tables and metadata views
 * that it names in the datasets; creating and dropping tables costs nothing.
 */
export function billedFor(jobs: readonly string[], datasets: ReadonlySet<string>): number {
  const statements = jobs.flatMap(splitScript).filter((statement) => !/^(?:create|drop)/i.test(statement));
  const named = statements.map((statement) => {
    const names = [...statement.matchAll(table)].filter(([, dataset = ""]) => datasets.has(dataset));
    return new Set(names.map(([name]) => name.replaceAll("`", ""))).size;
  });
  return named.reduce((sum, count) => sum + count, 0) * leastOfTable;
}
