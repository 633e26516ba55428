import { createRedact } from "../../src/domain/redact.ts";
import { parseCalendarDate, type CalendarDate, type DateRange } from "../../src/domain/calendar-date.ts";
import { splitStatements } from "../../src/domain/sql-statement.ts";
import { parseTableId, type TableId } from "../../src/domain/table-id.ts";
import { openGateScope, type GateScope, type ScopeRequest } from "../../src/gates/gate-scope.ts";
import { createSources, createTables, refreshCalendar } from "../../src/ledger/create-tables.ts";
import { readState } from "../../src/ledger/read-state.ts";
import { runBackfill, type RunResult } from "../../src/run/run-backfill.ts";
import type { CriticalField, Edge, Processor, Runbook, Source } from "../../src/runbook/runbook.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { inMemory } from "../../src/warehouse/duckdb-place.ts";
import type { Row, Warehouse } from "../../src/warehouse/warehouse.ts";
import { copiesOf } from "../copied-warehouse.ts";
import { onOneCore } from "../one-core.ts";
import { answerFromMemory, noAnswers } from "./faults/clean-answers.ts";

const place = { file: "runbook.yml", line: 1, column: 1 };

/** The date that the text names; the test is wrong when there is none. */
export function day(text: string): CalendarDate {
  const date = parseCalendarDate(text);
  if (date === undefined) throw new Error(`No date: ${text}`);
  return date;
}

function critical(field: string, valid: string, exempt?: string): CriticalField {
  return { field, valid, exempt, written: { valid, exempt }, level: "block" };
}

/** The table that the text names. */
export function tableOf(text: string): TableId {
  const table = parseTableId(text);
  if (table === undefined) throw new Error(`No table: ${text}`);
  return table;
}

/** May 2024: the shop's calendar has its first 12 days without the 6th. */
export const range: DateRange = { from: day("2024-05-01"), to: day("2024-05-12") };

const openings: Source = {
  table: tableOf("shop_raw.openings"),
  dateColumn: "open_date",
  columns: [
    { name: "open_date", type: "date" },
    { name: "shop_id", type: "string" },
  ],
  key: ["open_date", "shop_id"],
  cluster: [],
  critical: [],
  distributions: [],
  phase: 1,
  minimumRows: "calendar.shops",
  required: true,
  volume: "warn",
  place,
};

const orders: Source = {
  table: tableOf("shop_raw.orders"),
  dateColumn: "order_date",
  columns: [
    { name: "order_id", type: "string" },
    { name: "order_date", type: "date" },
    { name: "shop_id", type: "string" },
    { name: "amount", type: "float64", min: 0, max: 10000 },
  ],
  key: ["order_id"],
  cluster: [],
  critical: [critical("amount", "amount > 0")],
  distributions: [],
  phase: 1,
  minimumRows: "2 * calendar.shops",
  required: true,
  volume: "warn",
  place,
};

const population = {
  id: "OPEN",
  title: "Shops that open",
  sql: {
    file: "sql/population/open.sql",
    text: `select open_date as analysis_date, shop_id as entity_id
from shop_raw.openings
where open_date between @start_date and @end_date`,
  },
  reads: [{ table: openings.table, window: undefined }],
};

const implicit: readonly Edge[] = [
  { table: openings.table, window: { kind: "same-date" }, failures: false, origin: "population" },
  {
    table: tableOf("shop_ledger.calendar"),
    window: { kind: "same-date" },
    failures: false,
    origin: "calendar",
  },
];

const sales: Processor = {
  id: "SALES",
  title: "Sales of a shop and day",
  phase: 2,
  table: tableOf("shop.sales"),
  dateColumn: "sale_date",
  columns: [
    { name: "sale_date", type: "date" },
    { name: "shop_id", type: "string" },
    { name: "orders", type: "int64", min: 1, max: 1000 },
    { name: "revenue", type: "float64", min: 0, max: 100000 },
    { name: "best", type: "float64", nullable: "no order stands out" },
    { name: "size", type: "string", values: ["small", "large"] },
    { name: "method", type: "string", constant: "it names the algorithm" },
  ],
  key: ["sale_date", "shop_id"],
  cluster: [],
  critical: [critical("revenue", "revenue > 0"), critical("best", "best > 0", "orders = 1")],
  distributions: [
    {
      name: "mean revenue",
      value: "avg(revenue)",
      per: "date",
      min: 10,
      max: 500,
      where: undefined,
      onlyIf: "count(*) >= 2",
      level: "warn",
    },
    {
      name: "share of large shops",
      value: "avg(case when size = 'large' then 1e0 else 0e0 end)",
      per: "range",
      min: 0.1,
      max: 0.9,
      where: "orders > 0",
      onlyIf: undefined,
      level: "warn",
    },
  ],
  entity: ["shop_id"],
  reads: [
    { table: orders.table, window: { kind: "same-date" }, failures: false, origin: "reads" },
    ...implicit,
  ],
  population,
  leadIn: true,
  parameters: [],
  step: {
    kind: "sql",
    sql: {
      file: "sql/sales.sql",
      text: `select
  openings.open_date as sale_date,
  openings.shop_id,
  cast(count(orders.order_id) as int64) as orders,
  case when count(orders.order_id) = 0 then null else sum(orders.amount) end as revenue,
  max(orders.amount) as best,
  case when count(orders.order_id) = 0 then null when sum(orders.amount) >= 60 then 'large' else 'small' end as size,
  case when count(orders.order_id) = 0 then null else 'v1' end as method,
  case when count(orders.order_id) = 0 then 'NO_ORDERS' end as failure_category,
  case when count(orders.order_id) = 0 then 'nobody came' end as failure_reason
from shop_raw.openings as openings
left join shop_raw.orders as orders
  on orders.order_date = openings.open_date
  and orders.shop_id = openings.shop_id
where openings.open_date between @start_date and @end_date
group by 1, 2`,
    },
  },
  relations: [
    {
      name: "revenue is the sum of the orders",
      sql: {
        file: "sql/relation/sum.sql",
        text: `select sales.sale_date as analysis_date, sales.shop_id as entity_id, 'sums differ' as detail
from shop.sales as sales
join (
  select order_date, shop_id, sum(amount) as amount from shop_raw.orders group by 1, 2
) as order_of_day on order_of_day.order_date = sales.sale_date and order_of_day.shop_id = sales.shop_id
where sales.sale_date between @start_date and @end_date
  and abs(order_of_day.amount - sales.revenue) > 0.001e0`,
      },
      reads: [{ table: orders.table, window: undefined }],
      level: "block",
    },
  ],
  definition: "sales",
  place,
};

const trend: Processor = {
  ...sales,
  id: "TREND",
  title: "Mean revenue of the three days before",
  phase: 3,
  table: tableOf("shop.trend"),
  columns: [
    { name: "sale_date", type: "date" },
    { name: "shop_id", type: "string" },
    { name: "mean_revenue", type: "float64", min: 0 },
  ],
  critical: [critical("mean_revenue", "mean_revenue > 0")],
  distributions: [],
  reads: [
    { table: sales.table, window: { kind: "previous-days", days: 3 }, failures: false, origin: "reads" },
    ...implicit,
  ],
  leadIn: false,
  step: {
    kind: "sql",
    sql: {
      file: "sql/trend.sql",
      text: `select
  openings.open_date as sale_date,
  openings.shop_id,
  avg(sales.revenue) as mean_revenue,
  case when count(sales.shop_id) = 0 then 'NO_HISTORY' end as failure_category,
  case when count(sales.shop_id) = 0 then 'no day before' end as failure_reason
from shop_raw.openings as openings
left join shop.sales as sales
  on sales.shop_id = openings.shop_id
  and sales.sale_date < openings.open_date
  and sales.sale_date >= openings.open_date - interval 3 day
where openings.open_date between @start_date and @end_date
group by 1, 2`,
    },
  },
  relations: [],
  definition: "trend",
};

/** What tests change of the runbook. */
export type ShopChange = Partial<Omit<Runbook, "processors" | "sources">> & {
  readonly sales?: Partial<Processor>;
  readonly trend?: Partial<Processor>;
  readonly orders?: Partial<Source>;
};

/** Two shops: their sales by day, and what sold on the three days before. */
export function shopRunbook(change: ShopChange = {}): Runbook {
  const { sales: ofSales, trend: ofTrend, orders: ofOrders, ...rest } = change;
  return {
    name: "shop",
    title: "Shop",
    description: "Two shops",
    owner: "tests",
    timeZone: "UTC",
    ledger: "shop_ledger",
    folder: "runbooks/shop",
    parameters: [],
    calendar: {
      table: tableOf("shop_ledger.calendar"),
      dateColumn: "open_date",
      seasonColumn: "season",
      columns: [
        { name: "open_date", type: "date" },
        { name: "season", type: "int64" },
        { name: "shops", type: "int64" },
      ],
      origin: {
        kind: "query",
        sql: {
          file: "sql/calendar.sql",
          text: "select open_date, 2024 as season, count(*) as shops from shop_raw.openings group by 1",
        },
        reads: [{ table: openings.table, window: undefined }],
      },
    },
    periods: [
      { id: "early", title: "First days", from: day("2024-05-01"), to: day("2024-05-04") },
      { id: "late", title: "The rest", from: day("2024-05-05"), to: day("2024-05-31") },
    ],
    phases: [
      { number: 1, title: "Raw" },
      { number: 2, title: "Sales" },
      { number: 3, title: "Trends" },
    ],
    sources: [openings, { ...orders, ...ofOrders }],
    processors: [
      { ...sales, ...ofSales },
      { ...trend, ...ofTrend },
    ],
    categories: [
      {
        id: "NO_ORDERS",
        level: "entity",
        meaning: "nobody came",
        retryable: false,
        action: "accept",
        zeroBudget: false,
      },
      {
        id: "NO_HISTORY",
        level: "entity",
        meaning: "no day before",
        retryable: false,
        action: "accept",
        zeroBudget: false,
      },
      {
        id: "BROKEN",
        level: "entity",
        meaning: "a defect",
        retryable: true,
        action: "look",
        zeroBudget: true,
      },
      {
        id: "MISSING_UPSTREAM",
        level: "date",
        meaning: "upstream",
        retryable: true,
        action: "run it",
        zeroBudget: true,
      },
    ],
    budgets: [],
    gates: [],
    recovery: [],
    causes: [],
    waivers: [],
    load: undefined,
    sample: undefined,
    ...rest,
  };
}

const shops = ["ada", "bob"];

/** A warehouse in memory with openings and orders of 11 days, calendar and ledger made, nothing run. */
export async function openShop(runbook: Runbook, path = inMemory): Promise<Warehouse> {
  const warehouse = await onOneCore(await openDuckDb({ path }));
  await createTables(warehouse, runbook);
  await createSources(warehouse, runbook);
  const dates = Array.from({ length: 12 }, (_, index) => index + 1).filter((number) => number !== 6);
  const visits = dates.flatMap((number) => shops.map((shop, index) => rowsOf({ number, shop, index })));
  for (const table of ["openings", "orders"] as const) {
    const rows = visits.map((visit) => visit[table]).join(",\n");
    await change(warehouse, `insert into shop_raw.${table} values\n${rows}`);
  }
  await refreshCalendar(warehouse, runbook);
  return warehouse;
}

function rowsOf({ number, shop, index }: { number: number; shop: string; index: number }) {
  const date = `2024-05-${String(number).padStart(2, "0")}`;
  const amounts = [20 + number + index, 30 - 2 * index + ((number * 7) % 5) * 3];
  return {
    openings: `(date '${date}', '${shop}')`,
    orders: amounts
      .map((amount, nth) => `('${date} ${shop} ${nth + 1}', date '${date}', '${shop}', ${amount})`)
      .join(", "),
  };
}

/** Runs the whole backfill; everything is settled after it. */
export async function settle(warehouse: Warehouse, runbook: Runbook): Promise<RunResult> {
  runs += 1;
  const startedAt = new Date(Date.UTC(2024, 5, 1) + runs * 1000);
  return runBackfill(
    warehouse,
    // The windows of the toy are true; audits have tests of their own.
    { runbook, selection: { range }, skipAudit: true },
    {
      now: () => startedAt,
      randomId: () => String((ids += 1)).padStart(8, "0"),
      emit: () => undefined,
      holder: "a test",
      redact: createRedact([]),
      environment: {},
      signal: new AbortController().signal,
    },
  );
}

let runs = 0;
let ids = 0;

const settledShops = copiesOf(async (path) => {
  const runbook = shopRunbook();
  await using warehouse = await openShop(runbook, path);
  await settle(warehouse, runbook);
  return await noAnswers(warehouse);
});

/**
 * A warehouse of one's own in which everything was run: what `openShop` and `settle` make of any runbook with the shop's
 * steps. What one was asked about tables as they were then, the next ones answer from memory.
 */
export async function openSettled(): Promise<Warehouse> {
  const { warehouse, result } = await settledShops();
  return answerFromMemory(warehouse, result);
}

/** Changes the warehouse behind the engine's back, by one statement or several. */
export async function change(warehouse: Warehouse, sql: string): Promise<void> {
  await warehouse.execute(
    splitStatements(sql).map(({ text }) => ({ sql: text, purpose: "change the warehouse" })),
  );
}

/** Rows of a query. */
export function ask(warehouse: Warehouse, sql: string): Promise<readonly Row[]> {
  return warehouse.query({ sql, purpose: "look" });
}

/** The scope over the whole range as the warehouse stands now. */
export async function scopeOf(
  warehouse: Warehouse,
  runbook: Runbook,
  request: Partial<ScopeRequest> = {},
): Promise<GateScope> {
  const state = await readState(warehouse, runbook, range);
  return openGateScope(warehouse, { runbook, state, range, today: day("2024-06-01"), ...request });
}
