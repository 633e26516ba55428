import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";

/** One processor over one large source: ninety dates, two rows of the source for one of the result. */
export const largeRange = { from: "2024-01-01", to: "2024-03-30" } as const;

const dates = 90;
const table = "big_raw.events";

const runbook = `name: large
calendar: { rule: { from: ${largeRange.from}, to: ${largeRange.to} } }
categories:
  TOO_FEW: { level: entity, meaning: too few events, retryable: false, action: accept }
  PROCESSING_ERROR: { level: entity, meaning: a defect, retryable: true, action: investigate, zero-budget: true }
  MISSING_UPSTREAM: { level: date, meaning: upstream is missing, retryable: true, action: run it, zero-budget: true }
populations:
  VISITORS: { title: Visitors of the date, sql: sql/visitors.sql, reads: [${table}] }
sources:
  - { table: ${table}, date: day, key: [id],
      columns: { id: int64, day: date, visitor: string, amount: { type: int64, min: 0 } } }
processors:
  - { id: SPENT, table: marts.spent, key: [day, visitor], population: VISITORS, reads: [${table}], sql: sql/spent.sql,
      columns: { day: date, visitor: string, amount: { type: int64, min: 0 }, times: { type: int64, min: 1 } } }
periods: [{ id: q1, title: First quarter, from: ${largeRange.from}, to: ${largeRange.to} }]
budgets:
  - { period: q1, maximum: 0.4, allowed: [TOO_FEW], exceeded: { action: investigate, text: ask } }
`;

const spent = `select day, visitor, cast(sum(amount) as int64) as amount, count(*) as times,
  cast(null as string) as failure_category, cast(null as string) as failure_reason
from ${table} where day between @start_date and @end_date group by day, visitor
`;

const visitors = `select distinct day as analysis_date, visitor as entity_id from ${table}
where day between @start_date and @end_date
`;

/** Writes the runbook into a folder, which it is named after. */
export async function writeLargeRunbook(folder: string): Promise<void> {
  await mkdir(join(folder, "sql"), { recursive: true });
  await writeFile(join(folder, "runbook.yml"), runbook);
  await writeFile(join(folder, "sql", "spent.sql"), spent);
  await writeFile(join(folder, "sql", "visitors.sql"), visitors);
}

/** Makes the source, the same for the same number of rows. */
export async function fillLarge(warehouse: Warehouse, rows: number): Promise<number> {
  const members = Math.ceil(rows / 125);
  await say(warehouse, "create schema if not exists big_raw");
  await say(
    warehouse,
    `create table ${table} as select r as id, date '${largeRange.from}' + cast(r * ${dates} // ${rows} as integer) as day,
'u' || (hash(r) % ${members}) as visitor, cast(hash(r + 1) % 1000 as bigint) as amount from range(${rows}) as made(r)`,
  );
  return rows;
}

/** The statement of the step and nothing else. */
export async function runBareStatement(warehouse: Warehouse): Promise<number> {
  const whole = spent
    .replaceAll("@start_date", `date '${largeRange.from}'`)
    .replaceAll("@end_date", `date '${largeRange.to}'`);
  await say(warehouse, "create schema bare");
  await say(warehouse, `create table bare.spent as ${whole}`);
  return 1;
}

/** Changes one row of February 10. */
export async function correctLarge(warehouse: Warehouse): Promise<number> {
  const first = `select min(id) from ${table} where day = date '2024-02-10'`;
  await say(warehouse, `update ${table} set amount = amount + 1 where id = (${first})`);
  return 1;
}

function say(warehouse: Warehouse, sql: string): Promise<void> {
  return warehouse.execute([{ sql, purpose: "make the large table" }]);
}
