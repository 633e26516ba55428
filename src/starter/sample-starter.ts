import { datasetFor, type StarterFiles } from "./starter-files.ts";

/** A runbook of one source, which its sample fills, and one processor: something that runs and can be replaced. */
export function sampleStarter(name: string): StarterFiles {
  const [raw, marts] = [datasetFor(name, "raw"), datasetFor(name, "marts")];
  const orders = `${raw}.orders`;
  return new Map([
    ["runbook.yml", runbookText({ name, orders, revenue: `${marts}.revenue` })],
    ["sql/revenue.sql", revenueSql(orders)],
    ["sql/customers.sql", customersSql(orders)],
    ["sql/sample/orders.sql", sampleSql],
    ["README.md", readmeText(name, orders)],
  ]);
}

type Tables = { readonly name: string; readonly orders: string; readonly revenue: string };

function runbookText({ name, orders, revenue }: Tables): string {
  return `name: ${name}
calendar: { rule: { from: 2024-01-01, to: 2024-01-31 } } # the dates that must exist
categories: # why a row may be absent
  ONLY_REFUNDS: { level: entity, meaning: every order was refunded, retryable: false, action: accept }
  PROCESSING_ERROR: { level: entity, meaning: a defect, retryable: true, action: investigate, zero-budget: true }
  MISSING_UPSTREAM: { level: date, meaning: upstream is missing, retryable: true, action: run it, zero-budget: true }
populations: # who must have an outcome on a date
  CUSTOMERS: { title: Customers with an order on the day, sql: sql/customers.sql, reads: [${orders}] }
sources: # tables that others write
  - table: ${orders}
    date: day
    key: [order_id]
    minimum-rows: 30
    columns:
      order_id: string
      day: date
      customer: string
      amount: { type: int64, min: 0, unit: cents }
      is_refunded: bool
processors: # tables that this runbook computes
  - id: REVENUE
    table: ${revenue}
    key: [day, customer]
    population: CUSTOMERS
    reads: [${orders}]
    sql: sql/revenue.sql
    columns:
      day: date
      customer: string
      revenue: { type: int64, min: 0, unit: cents }
sample: # stands in for your data: \`cascade run\` makes it where the source does not exist yet
  steps: [{ source: ${orders}, sql: sql/sample/orders.sql }]
`;
}

function revenueSql(orders: string): string {
  return `-- Grain: (day, customer): what a customer paid on a day, or why that cannot be told.
select
  day,
  customer,
  cast(sum(case when not is_refunded then amount end) as int64) as revenue,
  case when min(case when is_refunded then 1 else 0 end) = 1 then 'ONLY_REFUNDS' end as failure_category,
  case when min(case when is_refunded then 1 else 0 end) = 1 then 'every order was refunded' end as failure_reason
from ${orders}
where day between @start_date and @end_date
group by day, customer
`;
}

function customersSql(orders: string): string {
  return `-- Grain: (analysis_date, entity_id): a customer with an order on the date.
select distinct day as analysis_date, customer as entity_id
from ${orders}
where day between @start_date and @end_date
`;
}

const sampleSql = `-- Twenty customers with two orders on each of 31 days; some are refunded. Grain: order_id.
select
  day || '-' || customer || '-' || nth as order_id,
  date '2024-01-01' + cast(day as integer) as day,
  'customer-' || customer as customer,
  cast(500 + (day * 37 + customer * 101 + nth * 13) % 4000 as bigint) as amount,
  (day + customer) % 9 = 0 or (day + customer + nth) % 11 = 0 as is_refunded
from range(31) as days (day)
cross join range(20) as customers (customer)
cross join range(2) as orders (nth)
`;

function readmeText(name: string, orders: string): string {
  return `# ${name}

A runbook to begin with: one source, \`${orders}\`, which its sample fills, and one processor.

- \`cascade run ${name}\` makes the sample the first time, computes what is pending, checks it and ends with the report.
- \`cascade lint ${name}\` finds contradictions, \`cascade explain ${name}\` writes out every default.

To make it yours, let \`table\`, \`date\`, \`key\` and \`columns\` of the source be those of a table that you have, remove \`sample\`,
and write your own SQL under \`sql/\`. Or begin with tables or files: \`cascade new <name> --from <where they are>\`.
`;
}
