import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Five years of days and fifty processors in ten layers, each of which reads the layer before on the day and a week back. */
export const large = { from: "2021-01-01", to: "2025-12-31", dates: 1826, processors: 50, layers: 10 };

const perLayer = large.processors / large.layers;

/** Writes the runbook of that size into a folder; its source is `big_raw.events`, a row a day. */
export function writeLargeRunbook(folder: string): void {
  mkdirSync(join(folder, "sql"), { recursive: true });
  const processors = Array.from({ length: large.processors }, (_, number) => {
    const layer = Math.floor(number / perLayer);
    const from = layer === 0 ? "big_raw.events" : `big.t${number - perLayer}`;
    const value = layer === 0 ? "amount" : "total";
    writeFileSync(join(folder, "sql", `p${number}.sql`), stepOf(from, value));
    const read = layer === 0 ? from : `P${number - perLayer}`;
    return `  - { id: P${number}, table: big.t${number}, key: [day, item], population: DAYS, reads: [{ from: ${read}, window: { previous-days: 7 } }, { from: ${read}, window: same-date }],
      sql: sql/p${number}.sql, columns: { day: date, item: string, total: int64 } }`;
  });
  writeFileSync(
    join(folder, "sql", "days.sql"),
    "select distinct day as analysis_date, item as entity_id from big_raw.events where day between @start_date and @end_date",
  );
  writeFileSync(join(folder, "runbook.yml"), runbookOf(processors));
}

function stepOf(from: string, value: string): string {
  return `select main.day, main.item, cast(sum(other.${value}) as int64) as total,
  cast(null as string) as failure_category, cast(null as string) as failure_reason
from ${from} as main
join ${from} as other on other.item = main.item and other.day between main.day - interval 7 day and main.day
where main.day between @start_date and @end_date
group by main.day, main.item`;
}

function runbookOf(processors: readonly string[]): string {
  return `name: large
calendar: { rule: { from: ${large.from}, to: ${large.to}, season: year } }
categories:
  PROCESSING_ERROR: { level: entity, meaning: a defect, retryable: true, action: investigate, zero-budget: true }
  MISSING_UPSTREAM: { level: date, meaning: upstream is missing, retryable: true, action: run it, zero-budget: true }
populations:
  DAYS: { title: Days, sql: sql/days.sql, reads: [big_raw.events] }
sources:
  - { table: big_raw.events, date: day, key: [day, item], columns: { day: date, item: string, amount: int64 } }
processors:
${processors.join("\n")}
periods: [{ id: all, title: All, from: ${large.from}, to: ${large.to} }]
gates: [{ id: coverage, kind: coverage, after: [P49], processors: [P49] }]
budgets: [{ period: all, maximum: 0, exceeded: { action: investigate, text: look } }]
`;
}
