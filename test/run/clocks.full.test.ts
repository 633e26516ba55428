import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readNewestRuns } from "../../src/ledger/read-runs.ts";
import { runBackfill, type RunResult } from "../../src/run/run-backfill.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import { contentOfShop, outcomesOf, openShop, readShop, shopRange, testEffects } from "./shop.ts";

/** Runs the shop on a machine whose clock differs by some hours. */
async function runAt(warehouse: Warehouse, hours: number): Promise<RunResult> {
  let ids = 0;
  const effects = testEffects({ randomId: () => `${Math.abs(hours)}x${(ids += 1)}` });
  const now = (): Date => new Date(effects.now().getTime() + hours * 3_600_000);
  const request = { runbook: await readShop(), selection: { range: shopRange }, skipAudit: true };
  return runBackfill(warehouse, request, { ...effects, now });
}

async function change(warehouse: Warehouse, sql: string): Promise<void> {
  await warehouse.execute([{ sql, purpose: "change the sales" }]);
}

describe("runs on machines whose clocks differ", () => {
  for (const [name, hours] of [
    ["an hour ahead", 1],
    ["a year ahead", 9000],
  ] as const) {
    it(`count what was committed last, after one whose clock was ${name}`, async () => {
      await using warehouse = await openShop();
      await runAt(warehouse, hours);
      await change(warehouse, "update shop_raw.sales set amount = amount + 1 where sale_date = '2024-01-05'");
      const second = await runAt(warehouse, -1);
      assert.deepEqual(outcomesOf(second, "committed")["DAY"], ["2024-01-05"]);
      assert.equal((await runAt(warehouse, -2)).plan.totals.units, 0);
      const [newest] = await readNewestRuns(warehouse, await readShop(), 1);
      assert.equal(newest?.runId, second.runId);
    });
  }

  it("show the failures of the attempt that was committed last", async () => {
    const runbook = await readShop();
    const contents: Record<string, string>[] = [];
    for (const hours of [-3, 1]) {
      await using warehouse = await openShop();
      await runAt(warehouse, hours);
      await change(warehouse, "delete from shop_raw.sales where shop = 'new' and sale_date < '2024-01-23'");
      await runAt(warehouse, -1);
      contents.push(await contentOfShop(warehouse, runbook));
    }
    assert.deepEqual(contents[1], contents[0]);
  });
});
