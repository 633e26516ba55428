import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { planBackfill } from "../../../src/plan/plan-backfill.ts";
import { planJson } from "../../../src/plan/approval/plan-json.ts";
import { day, edge, freshState, processor, runbook, season, source, table } from "../small-runbook.ts";

describe("planJson()", () => {
  it("has the shape that `cascade plan --json` promises", () => {
    const book = runbook(
      [source("raw")],
      [processor("P", [edge("raw")]), processor("Q", [edge("P")], { phase: 4 })],
    );
    const state = freshState(book, season("a", "2021-01-01", 2));
    state.content.get(table("raw"))?.delete(day("2021-01-02"));
    const range = { from: day("2021-01-01"), to: day("2021-01-02") };
    const { digest, ...json } = planJson(planBackfill(book, state, { range }));
    assert.match(digest, /^[\da-f]{32}$/);
    const [first, second] = ["2021-01-01", "2021-01-02"];
    const command = `cascade gaps small --start-date ${second} --end-date ${second}`;
    assert.deepEqual(JSON.parse(JSON.stringify(json)), {
      runbook: "small",
      range: { from: first, to: second },
      cells: [
        {
          id: `P-${first}-${first}`,
          processor: "P",
          phase: 3,
          dates: [first],
          needs: [],
          reasons: { [first]: "missing" },
        },
        {
          id: `Q-${first}-${first}`,
          processor: "Q",
          phase: 4,
          dates: [first],
          needs: [`P-${first}-${first}`],
          reasons: { [first]: "missing" },
        },
      ],
      waves: [[`P-${first}-${first}`], [`Q-${first}-${first}`]],
      skipped: [
        { processor: "P", dates: [second], reason: `blocked-by test.raw ${second}`, command },
        { processor: "Q", dates: [second], reason: `blocked-by P ${second}`, command },
      ],
      totals: { units: 2, cells: 2, upToDate: 0, blocked: 2, processors: 2 },
    });
  });
});
