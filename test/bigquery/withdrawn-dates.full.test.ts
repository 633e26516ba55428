import assert from "node:assert/strict";
import { runBackfill } from "../../src/run/run-backfill.ts";
import { changeTables, openShop, readShop, runShop, wallEffects } from "../run/shop.ts";
import { testsThatNeed } from "../tests-that-need.ts";
import { fortnight, openEmulatedShop, resultsOf } from "./emulated-shop.ts";
import { withoutEmulator } from "./emulator.ts";

const { describe, it } = testsThatNeed(withoutEmulator);
const removal = "delete from shop_raw.sales where sale_date = date '2024-01-05'";

describe("a date that leaves the calendar on a BigQuery emulator", () => {
  it("is withdrawn as on DuckDB: the result is that of a clean rebuild", async () => {
    const runbook = await readShop();
    const selection = { range: fortnight };
    const request = { runbook, selection, skipAudit: true };
    await using emulated = await openEmulatedShop(runbook);
    const { warehouse } = emulated;
    await runBackfill(warehouse, request, wallEffects());
    await changeTables(warehouse, removal);
    const { plan, isClean } = await runBackfill(warehouse, request, wallEffects());
    assert.equal(isClean, true);
    const withdrawn = plan.cells.filter((cell) =>
      cell.reasons.values().every(({ kind }) => kind === "withdrawn"),
    );
    assert.deepEqual(
      withdrawn.map(({ processor, dates }) => [processor, ...dates]),
      ["DAY", "TREND", "SCORE"].map((id) => [id, "2024-01-05"]),
    );
    await using rebuilt = await openShop();
    await changeTables(rebuilt, removal);
    await runShop(rebuilt, { runbook, selection });
    assert.deepEqual(await resultsOf(warehouse, runbook), await resultsOf(rebuilt, runbook));
    const again = await runBackfill(warehouse, request, wallEffects());
    assert.equal(again.plan.totals.units, 0);
  });
});
