import type { Every } from "../../src/domain/every.ts";
import { completeRunbook } from "../../src/run/complete-runbook.ts";
import type { Runbook } from "../../src/runbook/runbook.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { inMemory } from "../../src/warehouse/duckdb-place.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import { readTill, tillFiles } from "./open-columns.ts";

type CoarseEvery = Exclude<Every, "day">;

/** The date that a week or month is named by; that of a month as both engines say it. */
const starts = {
  week: "cast(date_trunc('week', day) as date)",
  month: "cast(substr(cast(day as string), 1, 7) || '-01' as date)",
};

/** Fifty days of sales, the first in the middle of a month and of a week; on weekends there are none. */
const filling = [
  "create schema till_raw",
  `create table till_raw.sales as
select shop || '-' || day || '-' || nth as sale, date '2024-01-17' + cast(day as integer) as day, shop,
  cast((day * 37 + nth * 11) % 97 as bigint) as amount
from (values ('north'), ('south')) as shops(shop), range(50) as days(day), range(3) as sales(nth)
where dayofweek(date '2024-01-17' + cast(day as integer)) between 1 and 5`,
];

/** Sums of days, of each week or month from these, of all before it, and the share that a day has in its own. */
function booksOf(every: CoarseEvery): Runbook {
  const yaml = `name: till
calendar: { rule: { weekdays: [mon, tue, wed, thu, fri] } }
sources: [{ table: till_raw.sales, date: day, key: [sale] }]
processors:
  - { id: SUMS, table: till_mart.sums, key: [day, shop], reads: [till_raw.sales], sql: sums.sql }
  - { id: WHOLE, table: till_mart.whole, every: ${every}, date: start, key: [start, shop], reads: [SUMS], sql: whole.sql }
  - { id: GROWN, table: till_mart.grown, every: ${every}, date: start, key: [start, shop], sql: grown.sql,
      reads: [WHOLE, { from: WHOLE, window: season-to-date }] }
  - { id: SHARE, table: till_mart.share, date: day, key: [day, shop], reads: [SUMS, WHOLE], sql: share.sql }
`;
  return readTill(
    tillFiles([], {
      "runbook.yml": yaml,
      "whole.sql": `select ${starts[every]} as start, shop, sum(sales) as sales, sum(amount) as amount
from till_mart.sums where day between @start_date and @end_date group by 1, 2`,
      "grown.sql": `select here.start, here.shop, sum(past.amount) as amount
from till_mart.whole as here join till_mart.whole as past on past.shop = here.shop and past.start <= here.start
where here.start between @start_date and @end_date group by 1, 2`,
      "share.sql": `select day, sums.shop, cast(sums.sales as decimal(18, 6)) / whole.sales as share
from till_mart.sums as sums
join till_mart.whole as whole on whole.shop = sums.shop and whole.start = ${starts[every]}
where day between @start_date and @end_date`,
    }),
  );
}

/** A warehouse with the sales, and the runbook of sums by day and by week or month. */
export async function openCoarseTill(
  every: CoarseEvery,
): Promise<{ readonly warehouse: Warehouse; readonly runbook: Runbook }> {
  const warehouse = await openDuckDb({ path: inMemory });
  await warehouse.execute(filling.map((sql) => ({ sql, purpose: "fill the till" })));
  return { warehouse, runbook: await completeRunbook(warehouse, booksOf(every)) };
}
