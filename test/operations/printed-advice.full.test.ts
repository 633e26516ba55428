import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import type { CalendarDate } from "../../src/domain/calendar-date.ts";
import { assessPartitions } from "../../src/operations/assess-partitions.ts";
import { parseOptions, selectionOf } from "../../src/operations/typed/options.ts";
import type { WarehouseState } from "../../src/plan/plan.ts";
import { runBackfill } from "../../src/run/run-backfill.ts";
import type { Runbook } from "../../src/runbook/runbook.ts";
import type { Decision } from "../../src/triage/decision.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import {
  cascadeOf,
  cascadeRange,
  cascadeShapes,
  rawRowsOf,
  type CascadeShape,
} from "../run/random-cascade.ts";
import { incidentSets, kinds, openCascade, stateOf, strike, type Incident } from "../run/random-incident.ts";
import { testEffects } from "../run/shop.ts";

const today = "2024-06-01" as CalendarDate;

describe("commands that triage prints", () => {
  it("each attempt a partition that they are about, in 6 graphs times 4 sets of incidents", async () => {
    let typed = 0;
    const incidents = incidentSets(4, kinds);
    await fc.assert(
      fc.asyncProperty(cascadeShapes, incidents, async (shape, sets) => {
        typed += await typeAll(shape, sets);
      }),
      { numRuns: 6 },
    );
    assert.ok(typed > 6, `${typed} commands`);
  });
});

/** Strikes a cascade and types one printed command after the other until none is left; gives how many there were. */
async function typeAll(shape: CascadeShape, sets: readonly (readonly Incident[])[]): Promise<number> {
  const runbook = cascadeOf(shape);
  await using warehouse = await openCascade(runbook, rawRowsOf(shape));
  let typed = 0;
  let at = Date.UTC(2024, 6, 1);
  for (const happened of sets) {
    await strike(warehouse, shape, happened);
    const seen = new Set<string>();
    for (;;) {
      const decisions = await decisionsOn(warehouse, runbook);
      const next = decisions.find(isRun);
      if (next === undefined) break;
      const facts = JSON.stringify(decisions.filter(({ command }) => command === next.command));
      assert.ok(!seen.has(facts), `${next.command} is printed again for the same facts`);
      seen.add(facts);
      const before = await stateOf(warehouse, runbook);
      await type(warehouse, { runbook, command: next.command, now: new Date((at += 3_600_000)) });
      const after = await stateOf(warehouse, runbook);
      const about = decisions.filter(({ command }) => command === next.command);
      assert.ok(
        about.some((unit) => attemptOf(before, unit) !== attemptOf(after, unit)),
        `${next.command} changed nothing that it is about: ${next.path.join(" → ")}`,
      );
      typed += 1;
    }
  }
  return typed;
}

function isRun({ decision }: Decision): boolean {
  return decision === "rerun" || decision === "backfill-upstream-first";
}

async function decisionsOn(warehouse: Warehouse, runbook: Runbook): Promise<readonly Decision[]> {
  const request = { runbook, selection: { range: cascadeRange }, today };
  return (await assessPartitions(warehouse, request)).decisions;
}

/** Carries a printed command out as the command line reads it. */
async function type(
  warehouse: Warehouse,
  { runbook, command, now }: { readonly runbook: Runbook; readonly command: string; readonly now: Date },
): Promise<void> {
  const [program, name, ...words] = command.split(" ");
  assert.deepEqual([program, name], ["cascade", "run"], command);
  const selection = selectionOf(runbook, parseOptions(words, {}));
  await runBackfill(warehouse, { runbook, selection, skipAudit: true }, testEffects({ now: () => now }));
}

function attemptOf(state: WarehouseState, { processor, date }: Decision): string | undefined {
  return state.ledger.get(processor)?.get(date)?.attempt.id;
}
