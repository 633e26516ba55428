import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Fault } from "../../src/errors.ts";
import { initialise } from "../../src/ledger/initialise.ts";
import {
  contentOfShop,
  openSettledShop,
  openShop,
  readShop,
  runShop,
  stepText,
  withStep,
} from "../run/shop.ts";

describe("two runbooks with one ledger", () => {
  it("are told apart: the second is refused, and the first finds its work as it left it", async () => {
    const runbook = await readShop();
    const second = { ...runbook, name: "shop-again" };
    await using warehouse = (await openSettledShop()).warehouse;
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

  it("is nobody's while it is only initialised", async () => {
    const runbook = await readShop();
    await using warehouse = await openShop();
    await initialise(warehouse, { ...runbook, name: "shop-again" });
    assert.equal((await runShop(warehouse, { runbook })).isClean, true);
  });

  it("may be one that was renamed, once the ledger says so", async () => {
    const runbook = await readShop();
    const renamed = { ...runbook, name: "shop-again" };
    await using warehouse = (await openSettledShop()).warehouse;
    const sql = "update shop_processing.cascade_runs set runbook = 'shop-again' where runbook = 'shop'";
    await warehouse.execute([{ sql, purpose: "rename" }]);
    assert.equal((await runShop(warehouse, { runbook: renamed })).plan.totals.units, 0);
  });
});

describe("two ledgers with one table", () => {
  it("are told apart: the second is refused, at init and at run, until the table is said to be its own", async () => {
    const runbook = await readShop();
    const score = stepText(runbook, "SCORE").replace("shop_processing.", "other_processing.");
    const reading = withStep(runbook, "SCORE", score);
    const second = { ...reading, name: "shop-again", ledger: "other_processing" };
    await using warehouse = (await openSettledShop()).warehouse;
    const before = await contentOfShop(warehouse, runbook);
    const taken = {
      code: "table-taken",
      message:
        /^Cannot keep shop_\w+\.\w+ with the ledger other_processing: it is kept with the ledger shop_processing$/,
    };
    await assert.rejects(initialise(warehouse, second), taken);
    await assert.rejects(runShop(warehouse, { runbook: second }), taken);
    assert.deepEqual(await contentOfShop(warehouse, runbook), before);
    for (let attempt = 0; attempt <= runbook.processors.length; attempt += 1) {
      const fault = await initialise(warehouse, second).catch((cause: unknown) => cause);
      assert.ok(fault instanceof Fault);
      const [, sql = ""] = /say so: (.+)$/.exec(fault.hint ?? "") ?? [];
      await warehouse.execute([{ sql, purpose: "hand the table over" }]);
    }
    assert.equal((await runShop(warehouse, { runbook: second })).isClean, true);
    await assert.rejects(runShop(warehouse, { runbook }), { code: "table-taken" });
  });
});
