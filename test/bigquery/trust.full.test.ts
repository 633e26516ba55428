import assert from "node:assert/strict";
import { runBackfill } from "../../src/run/run-backfill.ts";
import { askTrust, countTrust, lookAndRecord } from "../operations/trust-of-shop.ts";
import { readShop, testEffects } from "../run/shop.ts";
import { testsThatNeed } from "../tests-that-need.ts";
import { fortnight, openEmulatedShop } from "./emulated-shop.ts";
import { withoutEmulator } from "./emulator.ts";

const { describe, it } = testsThatNeed(withoutEmulator);

describe("trust on a BigQuery emulator", () => {
  it("is entered, kept with its beginning, and asked of the view", async () => {
    const runbook = await readShop();
    await using shop = await openEmulatedShop(runbook);
    const { warehouse } = shop;
    await runBackfill(
      warehouse,
      { runbook, selection: { range: fortnight }, skipAudit: true },
      testEffects(),
    );
    await lookAndRecord(warehouse, { runbook, range: fortnight, at: "2030-01-01T00:00:00Z" });
    assert.equal(await countTrust(warehouse), "48 settled");
    await warehouse.execute([
      {
        sql: "delete from shop_analytics.shop_day where sale_date = date '2024-01-09'",
        purpose: "lose a day",
      },
    ]);
    await lookAndRecord(warehouse, { runbook, range: fortnight, at: "2030-01-02T00:00:00Z" });
    assert.match(
      await askTrust(warehouse, "shop_analytics.shop_day", "2024-01-09"),
      /^missing \| 2030-01-02/,
    );
    assert.equal(
      await askTrust(warehouse, "shop_analytics.shop_day", "2024-01-08"),
      "settled | 2030-01-01 | ",
    );
  });
});
