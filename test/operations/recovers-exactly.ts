import assert from "node:assert/strict";
import { assessPartitions, type Assessment } from "../../src/operations/assess-partitions.ts";
import type { CalendarDate } from "../../src/domain/calendar-date.ts";
import type { WarehouseState } from "../../src/plan/plan.ts";
import { upstreamsOf, depthOf } from "../../src/plan/upstream/upstream.ts";
import { recover } from "../../src/operations/recover.ts";
import type { Runbook } from "../../src/runbook/runbook.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import { isInWindow } from "../plan/random-backfill.ts";
import { cascadeOf, cascadeRange, rawRowsOf, type CascadeShape } from "../run/random-cascade.ts";
import {
  contentsOf,
  openCascade,
  openRebuilder,
  rawChanges,
  stateOf,
  strike,
  type Incident,
} from "../run/random-incident.ts";
import { testEffects } from "../run/shop.ts";

const today = "2024-06-01" as CalendarDate;

/**
 * Whether recoveries from what happened, one set of incidents after the other on one cascade, name and recompute all that
 * differs from a clean rebuild, nothing else, and converge on it; throws where one does not.
 */
export async function recoversExactly(
  shape: CascadeShape,
  sets: readonly (readonly Incident[])[],
): Promise<void> {
  const runbook = cascadeOf(shape);
  await using warehouse = await openCascade(runbook, rawRowsOf(shape));
  await using clean = await openRebuilder(runbook);
  let wanted = await clean.rebuildAfter(rawRowsOf(shape));
  let before = contentsOf(runbook, await stateOf(warehouse, runbook));
  for (const [index, happened] of sets.entries()) {
    const changes = rawChanges(shape, happened);
    if (changes.length > 0) wanted = await clean.rebuildAfter(changes);
    const now = new Date(Date.UTC(2024, 6, 1 + index));
    before = await recoverFrom(happened, { warehouse, runbook, shape, before, wanted, now });
  }
}

type Scene = {
  readonly warehouse: Warehouse;
  readonly runbook: Runbook;
  readonly shape: CascadeShape;
  /** What the tables hold before the incidents. */
  readonly before: Contents;
  /** What the tables hold after a clean rebuild from the raw rows as the incidents leave them. */
  readonly wanted: Contents;
  readonly now: Date;
};

/** Strikes a settled cascade and recovers it; gives what the tables hold then. */
async function recoverFrom(
  happened: readonly Incident[],
  { warehouse, runbook, shape, before, wanted, now }: Scene,
): Promise<Contents> {
  await strike(warehouse, shape, happened);
  const assessments: Assessment[] = [];
  const recovery = await recover(
    warehouse,
    {
      runbook,
      async assess() {
        const assessment = await assess(warehouse, runbook);
        assessments.push(assessment);
        return assessment.decisions;
      },
    },
    testEffects({ now: () => now }),
  );
  const [struck, last] = [assessments[0], assessments.at(-1)];
  assert.ok(struck !== undefined && last !== undefined);
  const [standing, after] = [contentsOf(runbook, struck.state), contentsOf(runbook, last.state)];
  namesAllThatDiffers(runbook, struck, { standing, wanted });
  assert.deepEqual(recovery.remaining, []);
  assert.ok(recovery.rounds.length <= depthOf(runbook) + 2);
  assert.deepEqual(after, wanted);
  const changes = { state: struck.state, before, standing, after };
  for (const { processor, date, outcome } of recovery.rounds.flatMap(({ ran }) => ran)) {
    assert.equal(outcome, "committed");
    assert.ok(
      hadCause(runbook, { processor, date }, changes),
      `${processor} ${date} was recomputed for nothing`,
    );
  }
  return after;
}

function assess(warehouse: Warehouse, runbook: Runbook): Promise<Assessment> {
  return assessPartitions(warehouse, { runbook, selection: { range: cascadeRange }, today });
}

type Contents = ReadonlyMap<string, string>;

/** Recall 1.0: whatever differs is tainted where something exists, and decided to be run. */
function namesAllThatDiffers(
  runbook: Runbook,
  { taints, decisions, state }: Assessment,
  { standing, wanted }: { readonly standing: Contents; readonly wanted: Contents },
): void {
  const tainted = new Set(taints.map(({ processor, date }) => `${processor} ${date}`));
  const run = decisions.filter(
    ({ decision }) => decision === "rerun" || decision === "backfill-upstream-first",
  );
  const decided = new Set(run.map(({ processor, date }) => `${processor} ${date}`));
  for (const { id } of runbook.processors) {
    for (const { date } of state.calendar) {
      const key = `${id} ${date}`;
      if (standing.get(key) === wanted.get(key)) continue;
      const isKnown = state.ledger.get(id)?.has(date) === true;
      assert.ok(tainted.has(key) || !isKnown, `${key} differs and is not tainted`);
      assert.ok(decided.has(key), `${key} differs and is not to be run`);
    }
  }
}

/** Whether a partition or its bookkeeping was struck itself, or an input inside its windows has other content now. */
function hadCause(
  runbook: Runbook,
  { processor, date }: { readonly processor: string; readonly date: CalendarDate },
  {
    state,
    before,
    standing,
    after,
  }: { readonly state: WarehouseState } & Readonly<Record<"before" | "standing" | "after", Contents>>,
): boolean {
  const key = `${processor} ${date}`;
  if (before.get(key) !== standing.get(key) || !state.ledger.get(processor)?.has(date)) return true;
  return (upstreamsOf(runbook).get(processor) ?? []).some(({ edge, producer }) => {
    const name = producer.kind === "processor" ? producer.processor.id : edge.table;
    const inside = state.calendar.filter((other) =>
      isInWindow(edge.window, other.date, { calendar: state.calendar, of: date }),
    );
    return inside.some((other) => {
      const at = `${name} ${other.date}`;
      return before.get(at) !== after.get(at);
    });
  });
}
