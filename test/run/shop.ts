import { createHash, randomBytes } from "node:crypto";
import type { CalendarDate } from "../../src/domain/calendar-date.ts";
import { createRedact } from "../../src/domain/redact.ts";
import { splitStatements } from "../../src/domain/sql-statement.ts";
import { createSources, createTables } from "../../src/ledger/create-tables.ts";
import { readState } from "../../src/ledger/read-state.ts";
import { planBackfill } from "../../src/plan/plan-backfill.ts";
import type { Plan, Selection, WarehouseState } from "../../src/plan/plan.ts";
import { settlementOf } from "../../src/plan/versions/settlement.ts";
import { readRunbook } from "../../src/run/read-runbook.ts";
import { runBackfill, type RunRequest, type RunResult } from "../../src/run/run-backfill.ts";
import type { RunEffects } from "../../src/run/run-event.ts";
import type { Processor, Runbook } from "../../src/runbook/runbook.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { inMemory } from "../../src/warehouse/duckdb-place.ts";
import type { Row, Warehouse } from "../../src/warehouse/warehouse.ts";
import { copiesOf, type Copied } from "../copied-warehouse.ts";
import { onOneCore } from "../one-core.ts";

/** First and last date of the shop's sales; 2024-01-13 and 2024-01-14 have none. */
export const shopRange = { from: "2024-01-01" as CalendarDate, to: "2024-01-31" as CalendarDate };

export const shopDates = 29;

/** The shop's runbook, read once in a process. */
export async function readShop(): Promise<Runbook> {
  known ??= readRunbook("test/fixtures/shop");
  return known;
}

let known: Promise<Runbook> | undefined;

/** The runbook with another step text for one processor, as if its SQL file had been edited. */
export function withStep(runbook: Runbook, id: string, text: string): Runbook {
  const processors = runbook.processors.map((processor) =>
    processor.id === id
      ? {
          ...processor,
          step: { kind: "sql" as const, sql: { file: "edited.sql", text } },
          definition: `${processor.definition}\n${text}`,
        }
      : processor,
  );
  return { ...runbook, processors };
}

/** Text of a processor's SQL step. */
export function stepText(runbook: Runbook, id: string): string {
  const step = runbook.processors.find((processor) => processor.id === id)?.step;
  if (step?.kind !== "sql") throw new Error(`${id} has no SQL step`);
  return step.sql.text;
}

/** A warehouse with the shop's raw sales: 4 shops, the fourth opens on the 20th. */
export async function openShop(path = inMemory): Promise<Warehouse> {
  const warehouse = await onOneCore(await openDuckDb({ path }));
  await createTables(warehouse, await readShop());
  await createSources(warehouse, await readShop());
  await warehouse.execute([
    {
      sql: `insert into shop_raw.sales
select shop || '-' || day || '-' || nth, date '2024-01-01' + cast(day as integer), shop, (day * 37 + nth * 11 + len(shop)) % 97 + 1
from (values ('north'), ('south'), ('east'), ('new')) as shops(shop), range(31) as days(day), range(3) as sales(nth)
where day not in (12, 13) and (shop <> 'new' or day >= 19)`,
      purpose: "fill the sales",
    },
  ]);
  return warehouse;
}

/** Effects with a clock that moves a millisecond per look and ids that count. */
export function testEffects(overrides: Partial<RunEffects> = {}): RunEffects {
  let ticks = Date.parse("2024-02-01T00:00:00Z");
  let ids = 0;
  return {
    now: () => new Date((ticks += 1)),
    randomId: () => String((ids += 1)).padStart(8, "0"),
    emit: () => undefined,
    holder: "a test",
    environment: { PATH: process.env["PATH"] ?? "" },
    redact: createRedact([]),
    signal: new AbortController().signal,
    ...overrides,
  };
}

/** Effects with the real clock, for runs in several processes. */
export function wallEffects(): RunEffects {
  return testEffects({ now: () => new Date(), randomId: () => randomBytes(4).toString("hex") });
}

let clockOffset = 0;

/** Runs the shop, without an audit unless one is asked for; later runs have later clocks. */
export async function runShop(
  warehouse: Warehouse,
  {
    runbook,
    selection = {},
    ...request
  }: { runbook: Runbook; selection?: Partial<Selection> } & Partial<
    Omit<RunRequest, "selection" | "runbook">
  >,
): Promise<RunResult> {
  clockOffset += 3_600_000;
  const offset = clockOffset;
  const effects = testEffects();
  return runBackfill(
    warehouse,
    { runbook, selection: { range: shopRange, ...selection }, skipAudit: true, ...request },
    { ...effects, now: () => new Date(effects.now().getTime() + offset) },
  );
}

const settledShops = copiesOf(async (path) => {
  await using warehouse = await openShop(path);
  return await runShop(warehouse, { runbook: await readShop() });
});

/** A warehouse of one's own in which the shop was run once as it is, and how that run ended. */
export function openSettledShop(): Promise<Copied<RunResult>> {
  return settledShops();
}

/** The plan of the whole shop as it stands. */
export async function planShop(warehouse: Warehouse, runbook: Runbook): Promise<Plan> {
  return planBackfill(runbook, await readState(warehouse, runbook, shopRange), { range: shopRange });
}

/** Changes the tables behind the engine's back, by one statement or several. */
export async function changeTables(warehouse: Warehouse, sql: string): Promise<void> {
  const purpose = "change the tables behind the engine's back";
  await warehouse.execute(splitStatements(sql).map(({ text }) => ({ sql: text, purpose })));
}

/** The first row of a query. */
export async function firstRow(warehouse: Warehouse, sql: string): Promise<unknown> {
  const [row] = await warehouse.query({ sql, purpose: "read" });
  return row;
}

/** Dates by processor and what became of them, of one kind. */
export function outcomesOf(result: RunResult, kind: string): Record<string, readonly string[]> {
  const byProcessor: Record<string, string[]> = {};
  for (const cell of result.cells) {
    for (const outcome of cell.outcomes) {
      if (outcome.kind === kind) (byProcessor[cell.processor] ??= []).push(outcome.date);
    }
  }
  return byProcessor;
}

/** A digest per table of everything a run leaves: the processors' rows, the standing failures, and the statuses. */
export async function contentOfShop(warehouse: Warehouse, runbook: Runbook): Promise<Record<string, string>> {
  const contents: Record<string, string> = {};
  for (const processor of runbook.processors) {
    const rows = await warehouse.query({
      sql: `select * from ${processor.table} order by all`,
      purpose: "read",
    });
    contents[processor.table] = digestOf(rows);
  }
  contents["failures"] = digestOf(
    await warehouse.query({
      sql: `select processor_name, analysis_date, entity_id, failure_category, failure_reason
from ${runbook.ledger}.precompute_failures order by all`,
      purpose: "read",
    }),
  );
  contents["statuses"] = digestOf(
    await warehouse.query({
      sql: `select processor_name, analysis_date, status, row_count, failure_count, version
from ${runbook.ledger}.cascade_partitions
qualify row_number() over (partition by processor_name, analysis_date order by finished_at desc, attempt_id desc) = 1
order by all`,
      purpose: "read",
    }),
  );
  return contents;
}

/**
 * What contradicts itself between tables and ledger, one line each: rows that stand twice, partitions that are not what
 * their newest attempt committed, rows and failures that no attempt accounts for.
 */
export async function ledgerFaults(warehouse: Warehouse, runbook: Runbook): Promise<readonly string[]> {
  const checks = runbook.processors.map((processor) => faultsOfProcessor(runbook.ledger, processor));
  const rows = await warehouse.query({
    sql: [...checks, faultsOfLedger(runbook.ledger)].join("\nunion all\n"),
    purpose: "find what contradicts itself",
  });
  const state = await readState(warehouse, runbook, shopRange);
  const unsettled = runbook.processors.flatMap((processor) =>
    [...(state.ledger.get(processor.id) ?? [])]
      .filter(([date, { attempt }]) => attempt.status === "committed" && !isSettled(processor, date, state))
      .map(([date]) => `${processor.id} ${date}: not what was committed`),
  );
  return [...rows.map((row) => String(row["fault"])), ...unsettled];
}

function isSettled(processor: Processor, date: CalendarDate, state: WarehouseState): boolean {
  return settlementOf(processor, date, state).kind === "settled";
}

function faultsOfProcessor(ledger: string, { id, table, dateColumn, key }: Processor): string {
  return `select '${id}: ' || fault as fault from (
  select 'a key stands ' || count(*) || ' times on ' || ${dateColumn} as fault
  from ${table} group by ${key.join(", ")} having count(*) > 1
  union all
  select 'the newest attempt of ' || analysis_date || ' has ' || row_count || ' rows, the table ' || coalesce(found, 0)
  from (
    select * from ${ledger}.cascade_partitions where processor_name = '${id}'
    qualify row_number() over (partition by analysis_date order by finished_at desc, attempt_id desc) = 1
  ) as attempt
  full join (select ${dateColumn} as found_date, count(*) as found from ${table} group by 1) as present
    on found_date = analysis_date
  where coalesce(status, 'none') <> 'committed' or row_count <> coalesce(found, 0)
)`;
}

function faultsOfLedger(ledger: string): string {
  return `select processor_name || ' ' || analysis_date || ': ' || fault as fault from (
  select processor_name, analysis_date, 'failures without an attempt' as fault from ${ledger}.cascade_failures
  anti join ${ledger}.cascade_partitions using (processor_name, analysis_date, attempt_id)
  union all
  select processor_name, analysis_date, 'a failure stands twice' from ${ledger}.cascade_failures
  group by processor_name, analysis_date, attempt_id, entity_id having count(*) > 1
  union all
  select processor_name, analysis_date, 'an attempt stands twice' from ${ledger}.cascade_partitions
  group by processor_name, analysis_date, attempt_id having count(*) > 1
  union all
  select processor_name, analysis_date, 'an attempt without its failures' from ${ledger}.cascade_partitions as attempt
  where status = 'committed' and failure_count <> (
    select count(*) from ${ledger}.cascade_failures as failure
    where failure.attempt_id = attempt.attempt_id and failure.processor_name = attempt.processor_name
      and failure.analysis_date = attempt.analysis_date
  )
)`;
}

function digestOf(rows: readonly Row[]): string {
  return `${rows.length} rows ${createHash("sha256").update(JSON.stringify(rows)).digest("hex").slice(0, 16)}`;
}
