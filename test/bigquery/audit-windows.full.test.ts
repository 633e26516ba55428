import assert from "node:assert/strict";
import type { CalendarDate } from "../../src/domain/calendar-date.ts";
import { runBackfill } from "../../src/run/run-backfill.ts";
import { outcomesOf, readShop, wallEffects } from "../run/shop.ts";
import { trendOver } from "../run/trend-over.ts";
import { testsThatNeed } from "../tests-that-need.ts";
import { openEmulatedShop } from "./emulated-shop.ts";
import { withoutEmulator } from "./emulator.ts";

const { describe, it } = testsThatNeed(withoutEmulator);

describe("the audit of windows on a BigQuery emulator", () => {
  it("commits nothing of a definition that reads six days back and declares two, and says what to declare", async () => {
    const runbook = trendOver(await readShop(), { declared: 2, read: 6 });
    await using shop = await openEmulatedShop(runbook);
    const range = { from: "2024-01-01" as CalendarDate, to: "2024-01-11" as CalendarDate };
    const selection = { range, processors: ["DAY", "TREND"] };
    const result = await runBackfill(shop.warehouse, { runbook, selection }, wallEffects());
    assert.deepEqual(Object.keys(outcomesOf(result, "committed")), ["DAY"]);
    const refused = result.cells.find(({ processor }) => processor === "TREND")?.outcomes ?? [];
    const errors = new Set(
      refused.map((outcome) => (outcome.kind === "failed" ? outcome.error : outcome.kind)),
    );
    assert.equal(errors.size, 1);
    assert.match(
      [...errors].join(),
      /^window-too-narrow: shop_analytics\.shop_day is read beyond previous-days: 2: on 2024-01-\d\d \w+ of "\w+" is .*; previous-days: 6 would suffice$/,
    );
  });
});
