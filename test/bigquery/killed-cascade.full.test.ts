import assert from "node:assert/strict";
import { runBackfill } from "../../src/run/run-backfill.ts";
import { openShop, readShop, runShop, wallEffects } from "../run/shop.ts";
import { withoutEmulator } from "./emulator.ts";
import { fortnight, openEmulatedShop, resultsOf } from "./emulated-shop.ts";
import { ledgerRows, letLeasesExpire, partitions, stage, startStalled } from "./lease-scene.ts";
import { testsThatNeed } from "../tests-that-need.ts";

const { describe, it } = testsThatNeed(withoutEmulator);

/** The writes of a cell; each process finishes what the ones before it left, so each is killed at the next of them. */
const writes = [
  { statement: stage, when: "after" },
  { statement: partitions, when: "after" },
  { statement: ledgerRows, when: "before" },
  { statement: ledgerRows, when: "after" },
] as const;

describe("the cascade on BigQuery, killed at each write of each cell", () => {
  it("has settled what was committed, and ends with what DuckDB leaves", async () => {
    const runbook = await readShop();
    const selection = { range: fortnight };
    await using local = await openShop();
    await runShop(local, { runbook, selection });
    await using shop = await openEmulatedShop(runbook);
    const { warehouse, emulator } = shop;
    const asked = { processor: "all", dates: [fortnight.from, fortnight.to] } as const;
    const settled: string[] = [];
    for (const { id } of runbook.processors) {
      for (const write of writes) {
        await using run = await startStalled(emulator.endpoint, asked, write);
        run.kill("SIGKILL");
        await run.ended;
        await letLeasesExpire(warehouse);
        if (write.statement === ledgerRows && write.when === "after") settled.push(id);
        const rows = await warehouse.query({
          sql: "select distinct processor_name from shop_processing.cascade_partitions order by 1",
          purpose: "read who has committed",
        });
        assert.deepEqual(rows.map((row) => String(row["processor_name"])).toSorted(), settled.toSorted());
      }
    }
    const { plan } = await runBackfill(warehouse, { runbook, selection, skipAudit: true }, wallEffects());
    assert.equal(plan.totals.units, 0);
    assert.deepEqual(await resultsOf(warehouse, runbook), await resultsOf(local, runbook));
  });
});
