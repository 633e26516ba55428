import * as fc from "fast-check";
import type { CalendarDate } from "../../src/domain/calendar-date.ts";
import { readState } from "../../src/ledger/read-state.ts";
import type { WarehouseState } from "../../src/plan/plan.ts";
import { runBackfill } from "../../src/run/run-backfill.ts";
import type { Processor, Runbook } from "../../src/runbook/runbook.ts";
import { recordAudits } from "../../src/ledger/audits.ts";
import { createFingerprints } from "../../src/plan/versions/window-fingerprint.ts";
import { createSources, createTables, refreshCalendar } from "../../src/ledger/create-tables.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { inMemory } from "../../src/warehouse/duckdb-place.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import { cascadeRange, datesOf, rawRowsOf, saleOf, shopNames, type CascadeShape } from "./random-cascade.ts";
import { testEffects } from "./shop.ts";
import { onOneCore } from "../one-core.ts";

const audited = new Date(Date.UTC(2024, 4, 1));

/** Something that happens to a settled cascade. */
export type Incident = {
  readonly kind:
    | "raw-correction"
    | "raw-loss"
    | "raw-arrival"
    | "poison"
    | "row-loss"
    | "date-loss"
    | "failure-loss"
    | "ledger-loss";
  readonly of: number;
  readonly at: number;
  readonly shop: number;
};

/** Kinds that change what must be computed. */
export const rawKinds: readonly Incident["kind"][] = ["raw-correction", "raw-loss", "raw-arrival"];
/** Kinds that change what stands. */
export const standingKinds: readonly Incident["kind"][] = [
  "poison",
  "row-loss",
  "date-loss",
  "failure-loss",
  "ledger-loss",
];
/** All kinds. */
export const kinds = [...rawKinds, ...standingKinds];

/** So many sets, each of one to four incidents of some kinds. */
export function incidentSets(
  count: number,
  among: readonly Incident["kind"][],
): fc.Arbitrary<readonly (readonly Incident[])[]> {
  const set = fc.array(
    fc.record({ kind: fc.constantFrom(...among), of: fc.nat(3), at: fc.nat(9), shop: fc.nat(2) }),
    { minLength: 1, maxLength: 4 },
  );
  return fc.array(set, { minLength: count, maxLength: count });
}

/** A warehouse with the raw rows of a shape, everything run on them. */
export async function openCascade(runbook: Runbook, statements: readonly string[]): Promise<Warehouse> {
  const warehouse = await onOneCore(await openDuckDb({ path: inMemory }));
  await createTables(warehouse, runbook);
  await createSources(warehouse, runbook);
  await change(warehouse, statements);
  await runBackfill(
    warehouse,
    { runbook, selection: { range: cascadeRange }, skipAudit: true },
    testEffects(),
  );
  await knowWindows(warehouse, runbook);
  return warehouse;
}

/**
 * Enters every definition as audited, as a run that audits would: the windows of these cascades are true. That an audit
 * finds those that are not is shown by graphs of its own; here it would be most of what a recovery does.
 */
async function knowWindows(warehouse: Warehouse, runbook: Runbook): Promise<void> {
  const state = await stateOf(warehouse, runbook);
  const fingerprints = createFingerprints(runbook, state);
  const dates = state.calendar.map(({ date }) => date);
  for (const { id } of runbook.processors) {
    const head = {
      ledger: runbook.ledger,
      processor: id,
      runId: "audit",
      attemptId: "audit",
      startedAt: audited,
      finishedAt: audited,
    };
    await recordAudits(warehouse, head, { definition: fingerprints.definitionOf(id), dates });
  }
}

/** Clean rebuilds of a cascade, one after the other. */
export type Rebuilder = AsyncDisposable & {
  /**
   * What every partition holds when raw rows are changed so and all is built in order by the SQL of the steps, from empty
   * tables: no plan, no cells, no staging. The ledger says no more than the failures need to be read downstream.
   */
  readonly rebuildAfter: (changes: readonly string[]) => Promise<ReadonlyMap<string, string>>;
};

/** Opens it in a warehouse of its own, without a raw row. */
export async function openRebuilder(runbook: Runbook): Promise<Rebuilder> {
  const warehouse = await onOneCore(await openDuckDb({ path: inMemory }));
  await createTables(warehouse, runbook);
  await createSources(warehouse, runbook);
  return {
    async rebuildAfter(changes) {
      await change(warehouse, changes);
      await refreshCalendar(warehouse, runbook);
      await change(warehouse, emptying(runbook));
      for (const processor of runbook.processors) await build(warehouse, processor);
      return contentsOf(runbook, await stateOf(warehouse, runbook));
    },
    [Symbol.asyncDispose]: () => warehouse[Symbol.asyncDispose](),
  };
}

function emptying({ processors }: Runbook): readonly string[] {
  const ledger = ["book.cascade_failures", "book.cascade_partitions"];
  return [...processors.map(({ table }) => table), ...ledger].map((table) => `delete from ${table}`);
}

async function build(warehouse: Warehouse, processor: Processor): Promise<void> {
  const [built, ...rest] = buildWhole(processor);
  const parameters = {
    start_date: { type: "date", value: cascadeRange.from },
    end_date: { type: "date", value: cascadeRange.to },
  } as const;
  await warehouse.query({ sql: built, parameters, purpose: "build a table" });
  await change(warehouse, rest);
}

function buildWhole({ id, table, step }: Processor): readonly [string, ...string[]] {
  if (step.kind !== "sql") throw new Error(`${id} has no SQL`);
  const attempt = `'rebuild', 'rebuild'`;
  const at = "timestamp '2024-05-01'";
  return [
    `create or replace temporary table built as ${step.sql.text}`,
    `insert into ${table} select day, shop, total from built where failure_category is null`,
    `insert into book.cascade_failures
  (processor_name, analysis_date, attempt_id, run_id, entity_id, failure_category, failure_reason, can_retry, created_at)
select '${id}', day, ${attempt}, shop, failure_category, failure_reason, false, ${at}
from built where failure_category is not null`,
    `insert into book.cascade_partitions
  (processor_name, analysis_date, attempt_id, run_id, status, row_count, failure_count, input_fingerprint, version, started_at, finished_at)
select '${id}', day, ${attempt}, 'committed', 0, 0, '', '', ${at}, ${at} from book.calendar`,
  ];
}

/** The raw rows of a shape and what incidents do to them. */
export function rawAfter(shape: CascadeShape, happened: readonly Incident[]): readonly string[] {
  return [...rawRowsOf(shape), ...rawChanges(shape, happened)];
}

/** What incidents do to raw rows; nothing where they touch none. */
export function rawChanges(shape: CascadeShape, happened: readonly Incident[]): readonly string[] {
  return happened.flatMap((incident) => rawChange(shape, incident));
}

/** Applies incidents to a settled warehouse behind the engine's back. */
export async function strike(
  warehouse: Warehouse,
  shape: CascadeShape,
  happened: readonly Incident[],
): Promise<void> {
  await change(
    warehouse,
    happened.flatMap((incident) => [...rawChange(shape, incident), ...standingChange(shape, incident)]),
  );
}

function rawChange(shape: CascadeShape, { kind, at, shop }: Incident): readonly string[] {
  const { date, name } = placeOf(shape, { at, shop });
  const where = `where day = date '${date}' and shop = '${name}'`;
  if (kind === "raw-correction") return [`update raw.sales set amount = amount + 1000 ${where}`];
  if (kind === "raw-loss") return [`delete from raw.sales ${where}`];
  if (kind !== "raw-arrival") return [];
  return [
    `insert into raw.sales select * from (values ${saleOf(date, name, 5000 + at)}) as late(day, shop, amount)
where not exists (select 1 from raw.sales ${where})`,
  ];
}

function standingChange(shape: CascadeShape, { kind, of, at, shop }: Incident): readonly string[] {
  const { date, name } = placeOf(shape, { at, shop });
  const id = `P${of % shape.processors.length}`;
  const table = `book.${id.toLowerCase()}`;
  const ofDate = `processor_name = '${id}' and analysis_date = date '${date}'`;
  const statements: Partial<Record<Incident["kind"], string>> = {
    poison: `update ${table} set total = total + 1 where day = date '${date}' and shop = '${name}'`,
    "row-loss": `delete from ${table} where day = date '${date}' and shop = '${name}'`,
    "date-loss": `delete from ${table} where day = date '${date}'`,
    "failure-loss": `delete from book.cascade_failures where ${ofDate} and entity_id = '${name}'`,
    "ledger-loss": `delete from book.cascade_partitions where ${ofDate}`,
  };
  const statement = statements[kind];
  return statement === undefined ? [] : [statement];
}

function placeOf(
  shape: CascadeShape,
  { at, shop }: Pick<Incident, "at" | "shop">,
): { readonly date: CalendarDate; readonly name: string } {
  const dates = datesOf(shape);
  const date = dates[at % dates.length];
  const name = shopNames[shop];
  if (date === undefined || name === undefined) throw new Error("A shape has dates and shops");
  return { date, name };
}

async function change(warehouse: Warehouse, statements: readonly string[]): Promise<void> {
  if (statements.length === 0) return;
  await warehouse.execute(statements.map((sql) => ({ sql, purpose: "change the warehouse" })));
}

/** What every partition holds, rows and failures, as text by `<processor> <date>`; raw tables by `<table> <date>`. */
export function contentsOf(runbook: Runbook, state: WarehouseState): ReadonlyMap<string, string> {
  const contents = new Map<string, string>();
  for (const { date } of state.calendar) {
    for (const source of runbook.sources) {
      contents.set(`${source.table} ${date}`, versionOf(state.content.get(source.table)?.get(date)));
    }
    for (const { id, table } of runbook.processors) {
      const rows = versionOf(state.content.get(table)?.get(date));
      const failures = versionOf(state.ledger.get(id)?.get(date)?.failures);
      contents.set(`${id} ${date}`, `${rows} / ${failures}`);
    }
  }
  return contents;
}

/** The state over everything. */
export function stateOf(warehouse: Warehouse, runbook: Runbook): Promise<WarehouseState> {
  return readState(warehouse, runbook, cascadeRange);
}

function versionOf(content: { readonly rows: number; readonly version: string } | undefined): string {
  return content === undefined || content.rows === 0 ? "nothing" : content.version;
}
