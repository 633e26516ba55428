import type { CalendarDate, DateRange } from "../../src/domain/calendar-date.ts";
import { usualRange } from "../../src/plan/calendar/selected-range.ts";
import { parseRunbook } from "../../src/runbook/parse-runbook.ts";
import { formatProblem } from "../../src/runbook/problem.ts";
import type { Runbook } from "../../src/runbook/runbook.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import { runBackfill, type RunResult } from "../../src/run/run-backfill.ts";
import { testEffects } from "./shop.ts";

/** The dates of the till. */
export const tillRange = { from: "2024-01-01" as CalendarDate, to: "2024-01-10" as CalendarDate };

const yaml = `name: till
calendar: { rule: { from: 2024-01-01, to: 2024-01-10 } }
populations: { SHOPS: { title: Shops of the day, sql: shops.sql, reads: [till_raw.sales] } }
sources:
  - { table: till_raw.sales, date: day, key: [sale] }
processors:
  - { id: SUMS, table: till_mart.sums, key: [day, shop], population: SHOPS, reads: [till_raw.sales], sql: sums.sql }
  - { id: TREND, table: till_mart.trend, key: [day, shop], population: SHOPS, sql: trend.sql,
      reads: [SUMS, { from: SUMS, window: { previous-days: 6 } }] }
`;

const files = {
  "shops.sql": "select distinct day as analysis_date, shop as entity_id from till_raw.sales",
  "sums.sql": `select day, shop, count(*) as sales, sum(amount) as amount
from till_raw.sales where day between @start_date and @end_date group by day, shop`,
  "trend.sql": `select here.day, here.shop, sum(past.amount) as week
from till_mart.sums as here
join till_mart.sums as past
  on past.shop = here.shop and past.day between cast(here.day - interval 6 day as date) and here.day
where here.day between @start_date and @end_date group by here.day, here.shop`,
};

/** Files of a runbook that leaves every column to the engine, with changes of runbook.yml and other texts. */
export function tillFiles(
  changes: readonly (readonly [from: string, to: string])[] = [],
  others: Readonly<Record<string, string>> = {},
): ReadonlyMap<string, string> {
  const text = changes.reduce((before, [from, to]) => before.replace(from, to), yaml);
  return new Map(Object.entries({ "runbook.yml": text, ...files, ...others }));
}

/** The runbook of the files, its columns not described yet. */
export function readTill(texts = tillFiles()): Runbook {
  const parsed = parseRunbook({ folder: "till", name: "till", files: texts });
  if (parsed.kind === "ok") return parsed.runbook;
  throw new Error(parsed.problems.map(formatProblem).join("\n"));
}

/** Fills the raw table: five sales a day and shop, amounts with two decimals. */
export async function fillTill(warehouse: Warehouse): Promise<void> {
  await warehouse.execute(
    [
      "create schema till_raw",
      `create table till_raw.sales as
select shop || '-' || day || '-' || nth as sale, date '2024-01-01' + cast(day as integer) as day, shop,
  cast((day * 37 + nth * 11) % 97 + 0.25 as decimal(10, 2)) as amount, cast(nth as integer) as till
from (values ('north'), ('south')) as shops(shop), range(10) as days(day), range(5) as sales(nth)`,
    ].map((sql) => ({ sql, purpose: "fill the till" })),
  );
}

/** Runs the ten dates; later runs have later clocks. */
export function runTill(warehouse: Warehouse, runbook: Runbook): Promise<RunResult> {
  return runRange(warehouse, runbook, tillRange);
}

/** Runs a range, the usual one unless given; later runs have later clocks. */
export async function runRange(
  warehouse: Warehouse,
  runbook: Runbook,
  range: DateRange = usualRange(runbook),
): Promise<RunResult> {
  clock += 3_600_000;
  const offset = clock;
  const effects = testEffects();
  return runBackfill(
    warehouse,
    { runbook, selection: { range } },
    { ...effects, now: () => new Date(effects.now().getTime() + offset) },
  );
}

let clock = 0;

/** The date of a rule on which 2024-02-10 lies. */
export function lastOf(every: "day" | "week" | "month"): string {
  return { day: "2024-02-10", week: "2024-02-05", month: "2024-02-01" }[every];
}
