import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { CalendarDate } from "../../src/domain/calendar-date.ts";
import { recordGateResult, runGates } from "../../src/gates/run-gates.ts";
import { createSources, createTables } from "../../src/ledger/create-tables.ts";
import { runBackfill, type RunRequest } from "../../src/run/run-backfill.ts";
import type { CriticalField, Gate, Runbook } from "../../src/runbook/runbook.ts";
import { openDuckDb } from "../../src/warehouse/duckdb.ts";
import { inMemory } from "../../src/warehouse/duckdb-place.ts";
import type { Row, Warehouse } from "../../src/warehouse/warehouse.ts";
import { cascadeOf, cascadeRange, rawRowsOf, type CascadeShape } from "./random-cascade.ts";
import { rawAfter, type Incident } from "./random-incident.ts";
import { testEffects } from "./shop.ts";
import { onOneCore } from "../one-core.ts";

/** A gate of a random cascade, by numbers of processors. */
export type GateShape = Pick<Gate, "kind" | "blocking" | "strict"> & {
  readonly after: readonly number[];
  readonly looksAt: readonly number[];
};

/** A cascade with gates, what is wrong with its raw rows, and how it is run. */
export type SideBySide = {
  readonly shape: CascadeShape;
  readonly gates: readonly GateShape[];
  readonly happened: readonly Incident[];
  readonly chunkDays: number;
  readonly concurrency: number;
  /** Whether the windows are audited; a minority is, since an audit costs as much as the run. */
  readonly isAudited: boolean;
};

const numbers = fc.uniqueArray(fc.nat(3), { minLength: 0, maxLength: 3 });

/** Random ones: two to six gates of the kinds that hold something, cells of a few days, up to eight side by side. */
export function sideBySide(shapes: fc.Arbitrary<CascadeShape>): fc.Arbitrary<SideBySide> {
  return fc.record({
    shape: shapes,
    gates: fc.array(
      fc.record({
        kind: fc.constantFrom("gaps", "contamination", "coverage", "contract"),
        blocking: fc.boolean(),
        strict: fc.boolean(),
        after: numbers,
        looksAt: fc.uniqueArray(fc.nat(3), { minLength: 1, maxLength: 4 }),
      }),
      { minLength: 2, maxLength: 6 },
    ),
    happened: fc.array(
      fc.record({
        kind: fc.constantFrom("raw-correction", "raw-loss"),
        of: fc.constant(0),
        at: fc.nat(9),
        shop: fc.nat(2),
      }),
      { maxLength: 3 },
    ),
    chunkDays: fc.integer({ min: 1, max: 6 }),
    concurrency: fc.integer({ min: 1, max: 8 }),
    isAudited: fc.constantFrom(true, false, false, false),
  });
}

/** Runs the cascade one task at a time and side by side; throws where tables, ledger, gates or outcomes differ. */
export async function equalsSequential(scene: SideBySide): Promise<void> {
  const alone = await runScene(scene, 1);
  assert.deepEqual(await runScene(scene, scene.concurrency), alone);
}

async function runScene(scene: SideBySide, concurrency: number): Promise<object> {
  const runbook = runbookOf(scene);
  await using warehouse = await onOneCore(await openDuckDb({ path: inMemory }));
  await createTables(warehouse, runbook);
  await createSources(warehouse, runbook);
  const raw = scene.happened.length === 0 ? rawRowsOf(scene.shape) : rawAfter(scene.shape, scene.happened);
  await warehouse.execute(raw.map((sql) => ({ sql, purpose: "fill the raw tables" })));
  const { cells, gates, isClean } = await runBackfill(
    warehouse,
    {
      runbook,
      selection: { range: cascadeRange, chunkDays: scene.chunkDays },
      concurrency,
      skipAudit: !scene.isAudited,
      checkGate: checkAndRecord(runbook),
    },
    testEffects(),
  );
  return {
    isClean,
    cells: cells.map(({ cell, outcomes }) => ({ cell, outcomes })),
    gates: gates.map(({ gate, status, held }) => ({ gate, status, held })),
    tables: await Promise.all(runbook.processors.map(({ table }) => readAll(warehouse, table))),
    ledger: await readAll(
      warehouse,
      "(select processor_name, analysis_date, status, row_count, failure_count, input_fingerprint, version, error from book.cascade_partitions)",
    ),
    failures: await readAll(
      warehouse,
      "(select processor_name, analysis_date, entity_id, failure_category, failure_reason from book.precompute_failures)",
    ),
    looks: await readAll(warehouse, "(select gate, kind, status, blocked_dates from book.cascade_gates)"),
  };
}

function checkAndRecord(runbook: Runbook): NonNullable<RunRequest["checkGate"]> {
  const today = "2024-06-01" as CalendarDate;
  return async (session, { gate, runId }) => {
    const [result] = await runGates(session, { runbook, range: cascadeRange, today }, [gate]);
    assert.ok(result !== undefined);
    await recordGateResult(session, runbook.ledger, { result, runId, checkedAt: new Date("2024-06-01") });
    return result;
  };
}

async function readAll(warehouse: Warehouse, table: string): Promise<readonly Row[]> {
  return warehouse.query({ sql: `select * from ${table} order by all`, purpose: "read what was left" });
}

/** What is wrong with raw rows is seen by a source's gate: the corrected ones are beyond what is valid. */
function runbookOf({ shape, gates }: SideBySide): Runbook {
  const runbook = cascadeOf(shape);
  const ids = runbook.processors.map(({ id }) => id);
  return {
    ...runbook,
    sources: runbook.sources.map((source) =>
      source.table === "raw.sales" ? { ...source, critical: [below("amount", 1000)] } : source,
    ),
    processors: runbook.processors.map((processor) => ({
      ...processor,
      critical: [below("total", 9_000)],
    })),
    gates: gates.map(({ after, looksAt, ...gate }, index): Gate => ({
      ...gate,
      id: `g${index}`,
      after: chosen(ids, after),
      processors: [...new Set([...chosen(ids, looksAt), ...chosen(ids, after)])],
      place: { file: "runbook.yml", line: 1, column: 1 },
    })),
  };
}

function below(field: string, limit: number): CriticalField {
  const written = { valid: `{field} < ${limit}`, exempt: `{field} is null` };
  return { field, valid: `${field} < ${limit}`, exempt: `${field} is null`, written, level: "block" };
}

function chosen(ids: readonly string[], wanted: readonly number[]): readonly string[] {
  return [...new Set(wanted.map((number) => ids[number % ids.length] ?? ""))];
}
