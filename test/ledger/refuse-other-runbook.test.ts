import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { initialise } from "../../src/ledger/initialise.ts";
import { contentOfShop, openShop, readShop, runShop } from "../run/shop.ts";

describe("two runbooks with one ledger", () => {
  it("are told apart: the second is refused, and the first finds its work as it left it", async () => {
    const runbook = await readShop();
    const second = { ...runbook, name: "shop-again" };
    await using warehouse = await openShop();
    await runShop(warehouse, { runbook });
    const before = await contentOfShop(warehouse, runbook);
    const taken = {
      code: "ledger-taken",
      message: /shop_processing for the runbook shop-again: it belongs to the runbook shop$/,
    };
    await assert.rejects(runShop(warehouse, { runbook: second }), taken);
    await assert.rejects(initialise(warehouse, second), taken);
    assert.deepEqual(await contentOfShop(warehouse, runbook), before);
    assert.equal((await runShop(warehouse, { runbook })).plan.totals.units, 0);
  });

  it("may be one that was renamed, once the ledger says so", async () => {
    const runbook = await readShop();
    const renamed = { ...runbook, name: "shop-again" };
    await using warehouse = await openShop();
    await runShop(warehouse, { runbook });
    const sql = "update shop_processing.cascade_runs set runbook = 'shop-again' where runbook = 'shop'";
    await warehouse.execute([{ sql, purpose: "rename" }]);
    assert.equal((await runShop(warehouse, { runbook: renamed })).plan.totals.units, 0);
  });
});
