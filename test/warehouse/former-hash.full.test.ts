import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { withFormerHash } from "../../src/warehouse/former-hash.ts";
import { readState } from "../../src/ledger/read-state.ts";
import { planBackfill } from "../../src/plan/plan-backfill.ts";
import { runBackfill } from "../../src/run/run-backfill.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import { openShop, readShop, shopRange, wallEffects } from "../run/shop.ts";

const selection = { range: shopRange };

/** What is pending, by processor and date, as text. */
async function pending(warehouse: Warehouse): Promise<readonly string[]> {
  const runbook = await readShop();
  const plan = planBackfill(runbook, await readState(warehouse, runbook, shopRange), selection);
  return plan.cells.flatMap(({ processor, reasons }) =>
    [...reasons].map(([date, { kind }]) => `${processor} ${date} ${kind}`),
  );
}

/** The shop, run under the algorithm that content was hashed by before, and the same warehouse so. */
async function openFormerShop(): Promise<{ readonly shop: Warehouse; readonly formerly: Warehouse }> {
  const shop = await openShop();
  const formerly = withFormerHash(shop, "duckdb-1.5.5/count-xor-sum");
  assert.ok(formerly !== undefined);
  await runBackfill(formerly, { runbook: await readShop(), selection }, wallEffects());
  return { shop, formerly };
}

describe("withFormerHash()", () => {
  it("settles what was recorded under the former algorithm and still holds under it", async () => {
    const { shop } = await openFormerShop();
    await using _ = shop;
    assert.deepEqual(await pending(shop), []);
  });

  it("leaves pending exactly what the former algorithm finds changed, for the same reasons", async () => {
    const { shop, formerly } = await openFormerShop();
    await using _ = shop;
    await shop.execute([
      {
        sql: "update shop_raw.sales set amount = amount + 1 where sale_date = date '2024-01-05'",
        purpose: "change a day",
      },
    ]);
    const changed = await pending(formerly);
    assert.ok(changed.length > 0);
    assert.deepEqual(await pending(shop), changed);
  });

  it("knows no other tag: what it recorded is verified again by computing it", async () => {
    const { shop } = await openFormerShop();
    await using _ = shop;
    assert.equal(withFormerHash(shop, "other/1"), undefined);
    await shop.execute([
      {
        sql: "update shop_processing.cascade_partitions set version = replace(version, 'duckdb-1.5.5', 'other')",
        purpose: "rename the tag",
      },
    ]);
    const found = await pending(shop);
    assert.ok(found.some((text) => text.endsWith("verify-again")));
  });
});
