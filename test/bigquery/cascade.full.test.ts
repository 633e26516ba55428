import assert from "node:assert/strict";
import { addDays } from "../../src/domain/calendar-date.ts";
import type { Runbook } from "../../src/runbook/runbook.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";
import { runBackfill, type RunResult } from "../../src/run/run-backfill.ts";
import type { Selection } from "../../src/plan/plan.ts";
import { openShop, readShop, runShop as runOnDuckDb, wallEffects } from "../run/shop.ts";
import { withoutEmulator } from "./emulator.ts";
import { fortnight, openEmulatedShop, resultsOf } from "./emulated-shop.ts";
import { testsThatNeed } from "../tests-that-need.ts";

const { describe, it } = testsThatNeed(withoutEmulator);

async function expectedResults(runbook: Runbook): Promise<Record<string, readonly string[]>> {
  await using local = await openShop();
  const result = await runShop(local, { runbook, selection: { range: fortnight } });
  assert.equal(result.isClean, true);
  return await resultsOf(local, runbook);
}

/** Runs with the real clock and ids that never return, as the staging tables of a shared dataset need them. */
async function runShop(
  warehouse: Warehouse,
  { runbook, selection }: { readonly runbook: Runbook; readonly selection: Selection },
): Promise<RunResult> {
  if (warehouse.engine === "duckdb") return runOnDuckDb(warehouse, { runbook, selection });
  return runBackfill(warehouse, { runbook, selection, skipAudit: true }, wallEffects());
}

describe("the cascade on a BigQuery emulator", () => {
  it("leaves over a fortnight what DuckDB leaves, finds nothing to do again, and the same when forced", async () => {
    const runbook = await readShop();
    const expected = await expectedResults(runbook);
    await using shop = await openEmulatedShop(runbook);
    const { warehouse } = shop;
    const first = await runShop(warehouse, { runbook, selection: { range: fortnight } });
    assert.equal(first.isClean, true);
    assert.deepEqual(await resultsOf(warehouse, runbook), expected);
    assert.ok((expected["SCORE"]?.length ?? 0) > 0 && (expected["failures"]?.length ?? 0) > 0);
    const again = await runShop(warehouse, { runbook, selection: { range: fortnight } });
    assert.equal(again.plan.totals.units, 0);
    const forced = await runShop(warehouse, { runbook, selection: { range: fortnight, force: true } });
    assert.equal(forced.plan.totals.units, first.plan.totals.units);
    assert.deepEqual(await resultsOf(warehouse, runbook), expected);
    const estimate = await warehouse.estimateBytes({
      sql: "select total from shop_analytics.shop_day where sale_date = date '2024-01-01'",
      purpose: "look at a day",
    });
    assert.ok((estimate ?? 0) > 0);
    const [billed] = await warehouse.query({
      sql: "select sum(bytes) as bytes, count(job_url) as urls from shop_processing.cascade_partitions",
      purpose: "read what was billed",
    });
    assert.ok(Number(billed?.["bytes"]) > 0 && Number(billed?.["urls"]) > 0);
  });

  it("replaces a partition by fewer rows when most of its population is gone", async () => {
    const runbook = await readShop();
    await using shop = await openEmulatedShop(runbook);
    const { warehouse } = shop;
    const range = { from: fortnight.from, to: addDays(fortnight.from, 1) };
    const selection = { range, processors: ["DAY"] };
    await runShop(warehouse, { runbook, selection });
    await warehouse.execute([
      {
        sql: "delete from shop_raw.sales where sale_date = date '2024-01-02' and shop <> 'north'",
        purpose: "close all shops but one",
      },
    ]);
    await runShop(warehouse, { runbook, selection });
    const { DAY: days = [] } = await resultsOf(warehouse, runbook);
    assert.deepEqual(
      days.map((line) => line.split(" | ").slice(0, 2).join(" ")),
      ["east 2024-01-01", "north 2024-01-01", "north 2024-01-02", "south 2024-01-01"],
    );
  });

  it("runs two cells of one processor side by side in one run, which share its lease", async () => {
    const runbook = await readShop();
    await using local = await openShop();
    const range = { from: fortnight.from, to: addDays(fortnight.from, 5) };
    const selection = { range, processors: ["DAY"], chunkDays: 3 };
    await runShop(local, { runbook, selection });
    await using shop = await openEmulatedShop(runbook);
    const request = { runbook, selection, concurrency: 2, skipAudit: true };
    const { plan, isClean } = await runBackfill(shop.warehouse, request, wallEffects());
    assert.equal(plan.cells.length, 2);
    assert.equal(isClean, true);
    assert.deepEqual(await resultsOf(shop.warehouse, runbook), await resultsOf(local, runbook));
  });
});
