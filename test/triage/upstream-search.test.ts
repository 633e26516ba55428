import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { searchSourceGaps } from "../../src/triage/upstream-search.ts";
import { day, openShop, scopeOf, shopRunbook } from "../gates/toy-shop.ts";

describe("searchSourceGaps()", () => {
  it("knows what several kinds of gates say of one source, and which of them said it", async () => {
    const book = shopRunbook();
    await using warehouse = await openShop(book);
    const { state } = await scopeOf(warehouse, book);
    const source = { table: "shop_raw.orders", processor: undefined, low: [] };
    const gapOf = searchSourceGaps({ runbook: book, state }, [
      { ...source, missing: [day("2024-05-02")], asks: "gaps" },
      { ...source, missing: [day("2024-05-11"), day("2024-05-12")], asks: "freshness" },
    ]);
    assert.partialDeepStrictEqual(gapOf("SALES", day("2024-05-02")), { date: "2024-05-02", asks: "gaps" });
    assert.partialDeepStrictEqual(gapOf("SALES", day("2024-05-12")), {
      date: "2024-05-12",
      asks: "freshness",
    });
    assert.equal(gapOf("SALES", day("2024-05-03")), undefined);
  });
});
