import assert from "node:assert/strict";
import { runBackfill } from "../../src/run/run-backfill.ts";
import { built, everyDay, expiringShop, expiry, retention } from "../run/expired-source.ts";
import { changeTables, openShop, readShop, testEffects } from "../run/shop.ts";
import { testsThatNeed } from "../tests-that-need.ts";
import { openEmulatedCopy, resultsOf } from "./emulated-shop.ts";
import { withoutEmulator } from "./emulator.ts";

const { describe, it } = testsThatNeed(withoutEmulator);

describe("a source that has expired on a BigQuery emulator", () => {
  for (const required of [false, true]) {
    it(`leaves what was built from it frozen, with \`required: ${required}\``, async () => {
      const shop = expiringShop(await readShop(), { required, retention });
      const runbook = { ...shop, processors: shop.processors.filter(({ id }) => id === "DAY"), gates: [] };
      await using local = await openShop();
      await changeTables(local, everyDay);
      await using emulated = await openEmulatedCopy(runbook, local);
      const { warehouse } = emulated;
      const request = { runbook, selection: { range: built }, skipAudit: true };
      await runBackfill(warehouse, request, testEffects());
      const before = await resultsOf(warehouse, runbook);
      await changeTables(warehouse, expiry);
      const run = await runBackfill(warehouse, request, testEffects({ randomId: idsAfter("b") }));
      assert.equal(run.isClean, true);
      assert.partialDeepStrictEqual(run.plan.totals, { units: 0, blocked: 0, frozen: 20 });
      assert.deepEqual(await resultsOf(warehouse, runbook), before);
      const unknown = expiringShop(runbook, { required: false, retention: undefined });
      const sources = unknown.sources.map(({ retention: _none, ...source }) => source);
      const refused = await runBackfill(
        warehouse,
        { ...request, runbook: { ...unknown, sources } },
        testEffects({ randomId: idsAfter("c") }),
      );
      assert.equal(refused.isClean, false);
      assert.deepEqual(await resultsOf(warehouse, runbook), before, "and not replaced without it");
    });
  }
});

/** Ids of one run, which no other run has. */
function idsAfter(letter: string): () => string {
  let ids = 0;
  return () => `${letter}${String((ids += 1)).padStart(7, "0")}`;
}
