import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CalendarDate } from "../../../src/domain/calendar-date.ts";
import { readState } from "../../../src/ledger/read-state.ts";
import { windowHintText } from "../../../src/plan/audit/wide-edges.ts";
import { findWideEdges } from "../../../src/run/audit/find-wide-edges.ts";
import type { Runbook } from "../../../src/runbook/runbook.ts";
import { openSettledShop, readShop, shopRange } from "../shop.ts";
import { trendOver } from "../trend-over.ts";

const dates = ["2024-01-05", "2024-01-10", "2024-01-31"].map((date) => date as CalendarDate);

async function hintsOf(runbook: Runbook, among: readonly CalendarDate[]): Promise<readonly string[]> {
  const { warehouse } = await openSettledShop();
  await using _ = warehouse;
  const { calendar } = await readState(warehouse, runbook, shopRange);
  const processor = runbook.processors.find(({ id }) => id === "TREND");
  assert.ok(processor !== undefined);
  const scope = { warehouse, runbook, processor, calendar, randomId: () => "hints" };
  const { hints, dates: asked } = await findWideEdges(scope, among);
  return hints.map((hint) => windowHintText(hint, { dates: asked.length }));
}

describe("findWideEdges()", () => {
  it("tells an edge of which half is never read, with the least that would do and all that was tried", async () => {
    assert.deepEqual(await hintsOf(trendOver(await readShop(), { declared: 14, read: 3 }), dates), [
      "shop_analytics.shop_day is declared as previous-days: 14, and on 3 dates nothing differs with previous-days: 3 (tried: previous-days: 7, previous-days: 4, previous-days: 2, previous-days: 3)",
    ]);
  });

  it("says nothing where half is too little", async () => {
    assert.deepEqual(await hintsOf(trendOver(await readShop(), { declared: 4, read: 3 }), dates), []);
  });

  it("says nothing where no date has days behind it", async () => {
    const first = shopRange.from;
    assert.deepEqual(await hintsOf(trendOver(await readShop(), { declared: 14, read: 3 }), [first]), []);
  });
});
