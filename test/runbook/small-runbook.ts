import { parseRunbook, type ParsedRunbook } from "../../src/runbook/parse-runbook.ts";
import { formatProblem } from "../../src/runbook/problem.ts";
import type { Runbook } from "../../src/runbook/runbook.ts";

const runbookYaml = `name: small
title: Small
description: Visits of a shop and their sums.
owner: tests
time-zone: Europe/Berlin
ledger: shop_processing
parameters:
  fewest: { type: int64, value: 2, description: Fewest events }
calendar:
  table: shop_processing.calendar
  date: day
  season: year
  columns: { day: date, year: int64 }
  rule: { every: day, from: 2024-01-01, to: 2024-01-31, season: whole }
periods:
  - { id: first, title: First, from: 2024-01-01, to: 2024-01-10 }
  - { id: second, title: Second, from: 2024-01-11, to: 2024-01-20 }
phases: { 2: Raw, 3: Visits, 4: Sums }
categories:
  TOO_FEW: { level: entity, meaning: too few events, retryable: false, action: accept }
populations:
  PEOPLE: { title: People, sql: sql/people.sql, reads: [raw.events] }
sources:
  - table: raw.events
    phase: 2
    date: day
    key: [id]
    columns: { id: string, day: date, person: string, amount: { type: float64, nullable: no purchase } }
processors:
  - id: VISIT
    title: Visits
    phase: 3
    table: shop.visits
    date: day
    key: [day, person]
    population: PEOPLE
    reads:
      - { from: raw.events, window: same-date }
    parameters: [fewest]
    step: { sql: sql/visit.sql }
    columns: { day: date, person: string, events: { type: int64, min: 0, max: 100 } }
  - sums.yml
budgets:
  - period: first
    expected: { from: 0, to: 0.5 }
    maximum: 0.6
    allowed: [TOO_FEW]
    exceeded: { action: investigate }
    expected-rows: { VISIT: 10 }
gates:
  - { id: visits, kind: coverage, after: [VISIT], processors: [VISIT] }
recovery:
  - { id: early, when: { period: [first], category: [TOO_FEW] }, decision: accept, because: it is early }
  - { id: rest, decision: investigate, because: nobody knows }
sample:
  parameters: { seed: 1 }
  steps: [{ source: raw.events, sql: sql/sample.sql }]
`;

const sumsYaml = `id: SUMS
title: Sums
phase: 4
table: shop.sums
date: day
key: [day, person]
population: PEOPLE
lead-in: season-start
reads:
  - { from: VISIT, window: { previous-days: 7 }, failures: true }
step: { sql: sql/sums.sql }
columns:
  day: date
  person: string
  total: { type: int64, nullable: no visit }
`;

const peopleSql = `select distinct day as analysis_date, person as entity_id
from raw.events
where day between @start_date and @end_date
`;

const visitSql = `-- One row per person and day.
select day, person, cast(count(*) as int64) as events,
  case when count(*) < @fewest then 'TOO_FEW' end as failure_category,
  cast(null as string) as failure_reason
from raw.events
where day between @start_date and @end_date
group by day, person
`;

const sumsSql = `with early as (select * from shop.visits)
select early.day, early.person, sum(early.events) as total
from early
left join shop_processing.precompute_failures as failures on failures.entity_id = early.person
where early.day <= @end_date
group by early.day, early.person
`;

/** Files of a runbook without mistakes. */
export const smallFiles: Readonly<Record<string, string>> = {
  "runbook.yml": runbookYaml,
  "sums.yml": sumsYaml,
  "sql/people.sql": peopleSql,
  "sql/visit.sql": visitSql,
  "sql/sums.sql": sumsSql,
  "sql/sample.sql": "select @seed as id",
};

/** A replacement in one of the files; its text must occur there. */
export type Change = readonly [file: string, from: string, to: string];

/** The small runbook's files after the changes. */
export function changedFiles(...changes: readonly Change[]): Map<string, string> {
  const files = new Map(Object.entries(smallFiles));
  for (const [file, from, to] of changes) {
    const text = files.get(file) ?? "";
    if (!text.includes(from)) throw new Error(`${file} does not hold ${JSON.stringify(from)}`);
    files.set(
      file,
      text.replace(from, () => to),
    );
  }
  return files;
}

/** The small runbook after the changes. */
export function parseChanged(...changes: readonly Change[]): ParsedRunbook {
  return parseRunbook({ folder: "runbooks/small", name: "small", files: changedFiles(...changes) });
}

/** The small runbook after changes that leave it without problems. */
export function validRunbook(...changes: readonly Change[]): Runbook {
  const parsed = parseChanged(...changes);
  if (parsed.kind === "ok") return parsed.runbook;
  throw new Error(parsed.problems.map(formatProblem).join("\n"));
}

/** What the parser says about the small runbook after the changes. */
export function problemsAfter(...changes: readonly Change[]): readonly string[] {
  const parsed = parseChanged(...changes);
  return parsed.kind === "ok" ? [] : parsed.problems.map(formatProblem);
}
