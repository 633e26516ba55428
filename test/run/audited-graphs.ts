import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { CalendarDate } from "../../src/domain/calendar-date.ts";
import type { Window } from "../../src/domain/window.ts";
import { createSources, createTables } from "../../src/ledger/create-tables.ts";
import { readState } from "../../src/ledger/read-state.ts";
import { datesToAudit } from "../../src/plan/audit/sample-dates.ts";
import type { CalendarDay } from "../../src/plan/plan.ts";
import { createFingerprints } from "../../src/plan/versions/window-fingerprint.ts";
import { runBackfill } from "../../src/run/run-backfill.ts";
import type { Runbook } from "../../src/runbook/runbook.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { inMemory } from "../../src/warehouse/duckdb-place.ts";
import type { Row, Warehouse } from "../../src/warehouse/warehouse.ts";
import { onOneCore } from "../one-core.ts";
import { isInWindow } from "../plan/random-backfill.ts";
import {
  cascadeOf,
  cascadeRange,
  rawRowsOf,
  shapesOf,
  shopNames,
  type CascadeShape,
} from "./random-cascade.ts";
import { testEffects } from "./shop.ts";

/** A random cascade, and the windows that its edges declare beside those that its SQL reads. */
export type DeclaredShape = { readonly shape: CascadeShape; readonly declared: readonly Window[] };

const declarable: fc.Arbitrary<Window | undefined> = fc.oneof(
  { arbitrary: fc.constant(undefined), weight: 4 },
  fc.constant<Window>({ kind: "same-date" }),
  fc.integer({ min: 1, max: 4 }).map((days): Window => ({ kind: "previous-days", days })),
  fc.constant<Window>({ kind: "season-to-date" }),
);

/** Cascades of which about half the edges declare what they read. */
export const declaredShapes = withOthers(shapesOf({ processors: 4, dates: 10 }));

function withOthers(shapes: fc.Arbitrary<CascadeShape>): fc.Arbitrary<DeclaredShape> {
  return fc
    .record({ shape: shapes, others: fc.array(declarable, { minLength: 8, maxLength: 8 }) })
    .map(({ shape, others }) => ({
      shape,
      declared: shape.processors.flatMap((edges, number) =>
        edges.map(({ window }, index) => others[(number * 2 + index) % others.length] ?? window),
      ),
    }));
}

/** How many processors were rightly accused, missed and wrongly accused; and how many were looked at. */
export type Audited = { found: number; missed: number; accused: number; processors: number };

/** Runs a cascade and compares which processors the audit refuses with what their outcomes rest on. */
export async function auditGraph({ shape, declared }: DeclaredShape, tally: Audited): Promise<void> {
  const runbook = declaring(cascadeOf(shape), { shape, declared });
  await using warehouse = await onOneCore(await openDuckDb({ path: inMemory }));
  await createTables(warehouse, runbook);
  await createSources(warehouse, runbook);
  for (const sql of rawRowsOf(shape)) {
    await warehouse.query({ sql, purpose: "fill" });
  }
  const { cells } = await runBackfill(
    warehouse,
    { runbook, selection: { range: cascadeRange } },
    testEffects(),
  );
  const state = await readState(warehouse, runbook, cascadeRange);
  const fingerprints = createFingerprints(runbook, state);
  const { calendar } = state;
  for (const [number, processor] of runbook.processors.entries()) {
    const outcomes = cells.filter((cell) => cell.processor === processor.id).flatMap((cell) => cell.outcomes);
    const refused = outcomes.filter((outcome) => outcome.kind === "failed");
    assert.ok(refused.every(({ error }) => error.startsWith("window-too-narrow")));
    const computed = outcomes.filter(({ kind }) => kind !== "blocked").map(({ date }) => date);
    if (computed.length === 0) continue;
    const inputs = await inputsOf(warehouse, runbook, { shape, declared, number });
    const changed = new Set(computed.filter((date) => isChanged(inputs, { calendar, date })));
    const definition = fingerprints.definitionOf(processor.id);
    const sampled = datesToAudit({ calendar, definition, computed, audited: new Set() });
    tally.processors += 1;
    if (refused.length > 0 && changed.size === 0) tally.accused += 1;
    if (!sampled.some((date) => changed.has(date))) continue;
    if (refused.length > 0) tally.found += 1;
    else tally.missed += 1;
  }
}

function declaring(runbook: Runbook, { shape, declared }: DeclaredShape): Runbook {
  let next = 0;
  const processors = runbook.processors.map((processor, number) => {
    const count = shape.processors[number]?.length ?? 0;
    const windows = declared.slice(next, (next += count));
    const [edges, implicit] = [processor.reads.slice(0, count), processor.reads.slice(count)];
    const reads = [
      ...edges.map((edge, index) => ({ ...edge, window: windows[index] ?? edge.window })),
      ...implicit.filter(({ origin, window }) => origin !== "calendar" || window.kind === "same-date"),
      ...implicit.slice(-1).flatMap((calendar) => windows.map((window) => ({ ...calendar, window }))),
    ];
    return { ...processor, reads, definition: `${processor.definition} ${JSON.stringify(windows)}` };
  });
  return { ...runbook, processors };
}

/** One edge with what stands behind it, and which windows show its rows and its failures. */
type Input = {
  readonly window: Window;
  readonly readsFailures: boolean;
  readonly rows: readonly Row[];
  readonly failures: readonly Row[];
  readonly shown: readonly Window[];
  readonly shownFailures: readonly Window[];
};

async function inputsOf(
  warehouse: Warehouse,
  runbook: Runbook,
  { shape, declared, number }: DeclaredShape & { readonly number: number },
): Promise<readonly Input[]> {
  const first = shape.processors.slice(0, number).reduce((sum, edges) => sum + edges.length, 0);
  const edges = (shape.processors[number] ?? []).map((edge, index) => {
    const of = edge.back % (number + 1);
    const isRaw = of === number;
    const window = declared[first + index] ?? edge.window;
    return { ...edge, of, isRaw, declared: window, readsFailures: edge.failures && !isRaw };
  });
  const inputs: Input[] = [];
  for (const edge of edges) {
    const [table, value] = edge.isRaw ? ["raw.sales", "amount"] : [`book.p${edge.of}`, "total"];
    const same = edges.filter(({ of }) => of === edge.of);
    inputs.push({
      window: edge.window,
      readsFailures: edge.readsFailures,
      rows: await read(warehouse, `select cast(day as string) as day, shop, ${value} as value from ${table}`),
      failures: await read(
        warehouse,
        `select cast(analysis_date as string) as day, entity_id as shop from book.precompute_failures where processor_name = 'P${edge.of}'`,
      ),
      shown: same.map((other) => other.declared),
      shownFailures: same.filter((other) => other.readsFailures).map((other) => other.declared),
    });
  }
  assert.equal(
    runbook.processors[number]?.reads.filter(({ origin }) => origin === "reads").length,
    inputs.length,
  );
  return inputs;
}

async function read(warehouse: Warehouse, sql: string): Promise<readonly Row[]> {
  return warehouse.query({ sql, purpose: "read for the oracle" });
}

/** Whether a date comes out otherwise when only what is declared is seen; as the steps of a random cascade compute. */
function isChanged(
  inputs: readonly Input[],
  at: { readonly calendar: readonly CalendarDay[]; readonly date: CalendarDate },
): boolean {
  return shopNames.some((shop) => {
    const [narrow, wide] = [true, false].map((isCut) => outcomeOf(inputs, { ...at, shop, isCut }));
    return narrow !== wide;
  });
}

function outcomeOf(
  inputs: readonly Input[],
  at: {
    readonly calendar: readonly CalendarDay[];
    readonly date: CalendarDate;
    readonly shop: string;
    readonly isCut: boolean;
  },
): number | "NO_HISTORY" {
  let total = 0;
  let history = 0;
  for (const [index, input] of inputs.entries()) {
    const rows = seen(input.rows, input.shown, at).filter((row) => isIn(row, input.window, at));
    const newest = rows.toSorted((left, right) => (String(left["day"]) < String(right["day"]) ? 1 : -1));
    const own = input.window.kind === "last-games" ? newest.slice(0, input.window.rows) : newest;
    if (index === 0) history = own.length;
    for (const row of own) total += ([3, 7][index] ?? 1) * Number(row["value"]);
    if (!input.readsFailures) continue;
    total += seen(input.failures, input.shownFailures, at).filter((row) =>
      isIn(row, input.window, at),
    ).length;
  }
  return history === 0 ? "NO_HISTORY" : total;
}

type At = Parameters<typeof outcomeOf>[1];

function seen(rows: readonly Row[], shown: readonly Window[], at: At): readonly Row[] {
  const own = rows.filter((row) => row["shop"] === at.shop);
  return at.isCut ? own.filter((row) => shown.some((window) => isIn(row, window, at))) : own;
}

function isIn(row: Row, window: Window, { calendar, date }: At): boolean {
  return isInWindow(window, String(row["day"]) as CalendarDate, { calendar, of: date });
}
