import assert from "node:assert/strict";
import { isUnchanged, sumColumns } from "../../src/domain/change.ts";
import { readChanges } from "../../src/ledger/recorded-changes.ts";
import { runBackfill } from "../../src/run/run-backfill.ts";
import { diffShop, doublingNorth } from "../operations/diff-of-shop.ts";
import { readShop, testEffects } from "../run/shop.ts";
import { testsThatNeed } from "../tests-that-need.ts";
import { fortnight, openEmulatedShop } from "./emulated-shop.ts";
import { withoutEmulator } from "./emulator.ts";

const { describe, it } = testsThatNeed(withoutEmulator);

describe("cascade diff on a BigQuery emulator", () => {
  it("compares what a definition gives with what stands, and keeps what would change too much", async () => {
    const runbook = await readShop();
    await using shop = await openEmulatedShop(runbook);
    const { warehouse } = shop;
    const selection = { range: fortnight };
    await runBackfill(warehouse, { runbook, selection, skipAudit: true }, testEffects());
    const same = await diffShop(warehouse, { runbook, processor: "SCORE", range: fortnight });
    assert.deepEqual([same.dates.length > 0, same.dates.every(isUnchanged), same.refused], [true, true, []]);
    const dates = ["2024-01-08"];
    const diff = await diffShop(warehouse, {
      runbook: doublingNorth(runbook),
      processor: "DAY",
      range: fortnight,
      dates,
    });
    assert.deepEqual(diff.refused, []);
    const [total] = sumColumns(diff.dates);
    assert.deepEqual([diff.dates[0]?.changed, total?.column, total?.changed], [1, "total", 1]);
    assert.equal(total?.largest, total?.mean);
    assert.match(total?.example ?? "", /^north: \d+ to \d+$/);
    const processors = doublingNorth(runbook).processors.map((processor) =>
      processor.id === "DAY" ? { ...processor, changes: { columns: ["sales"] } } : processor,
    );
    const limited = await runBackfill(
      warehouse,
      {
        runbook: { ...runbook, processors },
        selection: { ...selection, processors: ["DAY"] },
        skipAudit: true,
      },
      testEffects({ now: () => new Date("2024-03-01T00:00:00Z"), randomId: () => "limited" }),
    );
    const [outcome] = limited.cells.flatMap(({ outcomes }) => outcomes);
    assert.ok(outcome?.kind === "failed");
    assert.match(outcome.error, /^change-budget: total changed in 1 of 3 rows .*, and it may not$/);
    const allowed = processors.map((processor) =>
      processor.id === "DAY" ? { ...processor, changes: { columns: ["total"] } } : processor,
    );
    const { runId, isClean } = await runBackfill(
      warehouse,
      {
        runbook: { ...runbook, processors: allowed },
        selection: { ...selection, processors: ["DAY"] },
        skipAudit: true,
      },
      testEffects({ now: () => new Date("2024-03-02T00:00:00Z"), randomId: () => "allowed" }),
    );
    assert.equal(isClean, true);
    const [changed] = (await readChanges(warehouse, runbook, runId)).get("DAY") ?? [];
    assert.deepEqual([changed?.date, changed?.changed, changed?.firstAdded], ["2024-01-01", 1, undefined]);
  });
});
