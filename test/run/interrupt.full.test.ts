import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { runBackfill } from "../../src/run/run-backfill.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import { contentOfShop, ledgerFaults, openShop, readShop, runShop, shopRange, testEffects } from "./shop.ts";

/** A warehouse that tells of each call before it is made. */
function telling(warehouse: Warehouse, tell: () => void): Warehouse {
  return {
    ...warehouse,
    query(statement) {
      tell();
      return warehouse.query(statement);
    },
    execute(statements) {
      tell();
      return warehouse.execute(statements);
    },
    session: async () => telling(await warehouse.session(), tell),
    [Symbol.asyncDispose]: () => warehouse[Symbol.asyncDispose](),
  };
}

describe("a run that is interrupted", () => {
  it("ends at any call, keeps whole partitions, and is completed by the next run", async () => {
    const runbook = await readShop();
    await using uninterrupted = await openShop();
    let calls = 0;
    await runShop(
      telling(uninterrupted, () => (calls += 1)),
      { runbook },
    );
    const expected = await contentOfShop(uninterrupted, runbook);
    for (let call = 1; call < calls; call += 1) {
      await using warehouse = await openShop();
      await interruptAt(warehouse, call);
      assert.deepEqual(await ledgerFaults(warehouse, runbook), [], `call ${call}`);
      await runShop(warehouse, { runbook });
      assert.deepEqual(await contentOfShop(warehouse, runbook), expected, `call ${call}`);
    }
  });

  it("commits nothing of a cell that has not committed when it is told", async () => {
    const runbook = await readShop();
    await using warehouse = await openShop();
    const controller = new AbortController();
    const effects = testEffects({
      signal: controller.signal,
      emit: (event) => {
        if (event.kind === "cell-started" && event.cell.processor === "TREND") controller.abort();
      },
    });
    const run = runBackfill(warehouse, { runbook, selection: { range: shopRange } }, effects);
    await assert.rejects(run, { code: "interrupted" });
    const committed = await warehouse.query({
      sql: "select distinct processor_name from shop_processing.cascade_partitions",
      purpose: "read",
    });
    assert.deepEqual(committed, [{ processor_name: "DAY" }]);
  });
});

/** Runs the shop and interrupts it before the call of this number. */
async function interruptAt(warehouse: Warehouse, call: number): Promise<void> {
  const controller = new AbortController();
  let calls = 0;
  const told = telling(warehouse, () => {
    calls += 1;
    if (calls === call) controller.abort();
  });
  const run = runBackfill(
    told,
    { runbook: await readShop(), selection: { range: shopRange } },
    testEffects({ signal: controller.signal }),
  );
  await assert.rejects(run, { code: "interrupted" }, `call ${call}`);
}
