import type { CalendarDate } from "../../src/domain/calendar-date.ts";
import { duckdb } from "../../src/sql/duckdb.ts";
import { createSources, createTables, refreshCalendar } from "../../src/ledger/create-tables.ts";
import { readContent } from "../../src/ledger/read-content.ts";
import { stepParameters } from "../../src/run/stage-dates.ts";
import type { Processor, Runbook } from "../../src/runbook/runbook.ts";
import { checkStage } from "../../src/sql/check-stage.ts";
import { createStage, fillStage } from "../../src/sql/stage.ts";
import { stageContent } from "../../src/sql/replace-partitions.ts";
import type { Statement, Warehouse } from "../../src/warehouse/warehouse.ts";

/** Where a script writes: a warehouse with raw tables, and the dates that it computes. */
export type ScriptRequest = {
  readonly runbook: Runbook;
  readonly range: { readonly from: CalendarDate; readonly to: CalendarDate };
};

/** What a person would write: the steps in order, their checks and the hashes of what goes in and comes out. */
export async function runCheckedScript(warehouse: Warehouse, request: ScriptRequest): Promise<void> {
  await makeTables(warehouse, request.runbook);
  for (const source of request.runbook.sources)
    await readContent(warehouse, source, { range: request.range });
  for (const processor of request.runbook.processors) {
    const dates = await datesOf(warehouse, processor, request);
    await runCheckedStep(warehouse, { runbook: request.runbook, processor, dates });
  }
}

/** The steps in order, each a table that is made and moved, and nothing else. */
export async function runNakedScript(warehouse: Warehouse, request: ScriptRequest): Promise<void> {
  await makeTables(warehouse, request.runbook);
  for (const processor of request.runbook.processors) {
    const dates = await datesOf(warehouse, processor, request);
    await warehouse.execute(nakedStep(request.runbook, processor, dates));
  }
}

/** The steps in order, each date by date, as most people do it. */
export async function runDateByDate(warehouse: Warehouse, request: ScriptRequest): Promise<void> {
  await makeTables(warehouse, request.runbook);
  for (const processor of request.runbook.processors) {
    for (const date of await datesOf(warehouse, processor, request)) {
      await warehouse.execute(nakedStep(request.runbook, processor, [date]));
    }
  }
}

type StepRequest = {
  readonly runbook: Runbook;
  readonly processor: Processor;
  readonly dates: readonly CalendarDate[];
};

/** Tables as the engine makes them, but for the failures: a table in place of the view over attempts. */
async function makeTables(warehouse: Warehouse, runbook: Runbook): Promise<void> {
  await createTables(warehouse, runbook);
  await createSources(warehouse, runbook);
  await refreshCalendar(warehouse, runbook);
  const view = `${runbook.ledger}.precompute_failures`;
  await warehouse.execute(
    [
      `create table ${runbook.ledger}.failures_of_script as select * from ${view} limit 0`,
      `drop view ${view}`,
      `alter table ${runbook.ledger}.failures_of_script rename to precompute_failures`,
    ].map((sql) => ({ sql, purpose: "make a table of failures" })),
  );
}

async function datesOf(
  warehouse: Warehouse,
  processor: Processor,
  { runbook, range }: ScriptRequest,
): Promise<readonly CalendarDate[]> {
  const { table, dateColumn, seasonColumn } = runbook.calendar;
  const first = `(select min(${seasonColumn}) from ${table} where ${dateColumn} >= @start_date)`;
  const rows = await warehouse.query({
    sql: `select cast(${dateColumn} as varchar) as day from ${table}
where ${dateColumn} <= @end_date and (${dateColumn} >= @start_date or ${processor.leadIn} and ${seasonColumn} = ${first})
order by 1`,
    parameters: {
      start_date: { type: "date", value: range.from },
      end_date: { type: "date", value: range.to },
    },
    purpose: "read the dates",
  });
  return rows.map((row) => String(row["day"]) as CalendarDate);
}

async function runCheckedStep(
  warehouse: Warehouse,
  { runbook, processor, dates }: StepRequest,
): Promise<void> {
  const names = duckdb.stage.names({ ledger: runbook.ledger, token: processor.id.toLowerCase() });
  const parameters = stepParameters(runbook, { processor, dates });
  const source = stepText(processor);
  const fill = [
    ...createStage(duckdb, names, processor),
    ...fillStage(duckdb, names, { processor, source, cuts: [] }),
  ];
  await warehouse.execute(fill.map((sql) => ({ sql, parameters, purpose: `stage ${processor.id}` })));
  const checks = [
    checkStage(duckdb, names, { processor, categories: runbook.categories }),
    stageContent(duckdb, names, processor),
  ];
  for (const sql of checks) await warehouse.query({ sql, purpose: `check ${processor.id}` });
  await warehouse.execute(
    moveStage(runbook, processor, {
      from: names.outcomes,
      entity: "stage_entity",
      date: "stage_date",
    }),
  );
}

function nakedStep(
  runbook: Runbook,
  processor: Processor,
  dates: readonly CalendarDate[],
): readonly Statement[] {
  const entity = processor.entity.join(" || '|' || ");
  return [
    {
      sql: `create or replace temporary table step as\n${stepText(processor)}`,
      parameters: stepParameters(runbook, { processor, dates }),
      purpose: `compute ${processor.id}`,
    },
    ...moveStage(runbook, processor, { from: "step", entity, date: processor.dateColumn }),
  ];
}

function moveStage(
  { ledger }: Runbook,
  { id, table, columns }: Processor,
  { from, entity, date }: { readonly from: string; readonly entity: string; readonly date: string },
): readonly Statement[] {
  const names = columns.map(({ name }) => name).join(", ");
  return [
    `insert into ${table} (${names}) select ${names} from ${from} where failure_category is null`,
    `insert into ${ledger}.precompute_failures
select '${id}', 'script', ${date}, ${entity}, failure_category, failure_reason, false, timestamp '2022-01-01'
from ${from} where failure_category is not null`,
  ].map((sql) => ({ sql, purpose: `write ${id}` }));
}

function stepText({ id, step }: Processor): string {
  if (step.kind !== "sql") throw new Error(`${id} has no SQL step`);
  return step.sql.text;
}
