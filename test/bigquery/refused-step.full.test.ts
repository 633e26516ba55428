import assert from "node:assert/strict";
import { runBackfill } from "../../src/run/run-backfill.ts";
import { readShop, stepText, wallEffects, withStep } from "../run/shop.ts";
import { withoutEmulator } from "./emulator.ts";
import { fortnight, openEmulatedShop } from "./emulated-shop.ts";
import { testsThatNeed } from "../tests-that-need.ts";

const { describe, it } = testsThatNeed(withoutEmulator);

describe("a step that BigQuery refuses", () => {
  it("is told for all dates after one job and one dry run", async () => {
    const runbook = await readShop();
    await using shop = await openEmulatedShop(runbook);
    const broken = withStep(
      runbook,
      "DAY",
      `select * replace (totl as total) from (\n${stepText(runbook, "DAY")}\n) as outcome`,
    );
    const before = shop.emulator.asked.length;
    const result = await runBackfill(
      shop.warehouse,
      { runbook: broken, selection: { range: fortnight, processors: ["DAY"] }, skipAudit: true },
      wallEffects(),
    );
    const outcomes = result.cells.flatMap((cell) => cell.outcomes);
    assert.deepEqual(new Set(outcomes.map(({ kind }) => kind)), new Set(["failed"]));
    const steps = shop.emulator.asked.slice(before).filter((sql) => sql.includes("totl"));
    assert.equal(steps.length, 1);
  });
});
