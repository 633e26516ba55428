import assert from "node:assert/strict";
import * as fc from "fast-check";
import { planBackfill } from "../../src/plan/plan-backfill.ts";
import { runBackfill } from "../../src/run/run-backfill.ts";
import { cascadeOf, cascadeRange, datesOf, rawRowsOf, type CascadeShape } from "./random-cascade.ts";
import { contentsOf, openCascade, openRebuilder, stateOf } from "./random-incident.ts";
import { testEffects } from "./shop.ts";

/** Which dates of a cascade are withdrawn, by their place on the calendar; at least two dates stay. */
export const withdrawnPlaces: fc.Arbitrary<readonly number[]> = fc.uniqueArray(fc.nat(4), {
  minLength: 1,
  maxLength: 3,
});

/**
 * Whether a run after some dates have left the calendar plans them as withdrawn, leaves nothing of them and gives for all
 * others what a clean rebuild without them gives; throws where it does not.
 */
export async function withdrawsExactly(shape: CascadeShape, places: readonly number[]): Promise<void> {
  const runbook = cascadeOf(shape);
  await using warehouse = await openCascade(runbook, rawRowsOf(shape));
  const gone = datesOf(shape).filter((_, place) => places.includes(place));
  const removal = ["raw.openings", "raw.sales"].map(
    (table) => `delete from ${table} where ${gone.map((date) => `day = date '${date}'`).join(" or ")}`,
  );
  await warehouse.execute(removal.map((sql) => ({ sql, purpose: "withdraw dates" })));
  const selection = { range: cascadeRange };
  const plan = planBackfill(runbook, await stateOf(warehouse, runbook), selection);
  for (const { id } of runbook.processors) {
    const withdrawn = plan.cells
      .filter(({ processor }) => processor === id)
      .flatMap(({ reasons }) => [...reasons])
      .filter(([, { kind }]) => kind === "withdrawn");
    assert.deepEqual(
      withdrawn.map(([date]) => date),
      gone,
    );
  }
  const effects = testEffects({ now: () => new Date("2024-07-01T00:00:00Z") });
  const { isClean } = await runBackfill(warehouse, { runbook, selection, skipAudit: true }, effects);
  assert.equal(isClean, true);
  const state = await stateOf(warehouse, runbook);
  await using clean = await openRebuilder(runbook);
  const wanted = await clean.rebuildAfter([...rawRowsOf(shape), ...removal]);
  assert.deepEqual(contentsOf(runbook, state), wanted);
  for (const { table, id } of runbook.processors) {
    for (const date of gone) {
      assert.equal(state.content.get(table)?.get(date), undefined, `${table} holds rows of ${date}`);
      assert.equal(state.ledger.get(id)?.get(date)?.failures.rows, 0, `${id} has failures of ${date}`);
    }
  }
  assert.equal(planBackfill(runbook, state, selection).totals.units, 0);
}
