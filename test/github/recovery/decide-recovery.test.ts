import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { decideRecovery } from "../../../src/github/recovery/decide-recovery.ts";
import { summariseDecisions, type RecoveryFile } from "../../../src/github/recovery/recovery-file.ts";
import type { CalendarDate } from "../../../src/domain/calendar-date.ts";
import { recoveryFile } from "./recovery-fixture.ts";

/** What a red run left, by attempt, and what is done about it. */
const cases: readonly (readonly [string, Parameters<typeof recoveryFile>[0] | undefined, number, string])[] =
  [
    ["dates that failed", open({ rerun: 2 }), 1, "rerun"],
    ["dates that failed, and others that wait for them", open({ rerun: 1, upstreamFirst: 4 }), 1, "rerun"],
    ["a cell that died", { unknown: 1 }, 1, "rerun"],
    [
      "a cell that died, and dates that wait for it",
      { unknown: 1, ...open({ upstreamFirst: 3 }) },
      1,
      "rerun",
    ],
    ["dates that failed again", open({ rerun: 2 }), 2, "retried"],
    ["dates that wait for what the run did not have", open({ upstreamFirst: 3 }), 1, "round 1"],
    ["the same in a second attempt", open({ upstreamFirst: 3 }), 2, "round 1"],
    ["the same after rounds", { round: 4, ...open({ upstreamFirst: 3 }) }, 1, "round 5"],
    ["the same after the last round", { round: 5, ...open({ upstreamFirst: 3 }) }, 1, "too-many-rounds"],
    [
      "dates outside of the plan that wait, beside failed ones",
      open({ rerun: 1, upstreamFirst: 2, unplanned: 2 }),
      1,
      "round 1",
    ],
    ["failed dates outside of the plan", open({ rerun: 1, unplanned: 1 }), 1, "unplanned"],
    [
      "something to investigate beside what could be run",
      open({ rerun: 5, investigate: 1 }),
      1,
      "investigate",
    ],
    ["a budget and nothing else", {}, 1, "nothing-to-rerun"],
    ["a check without an answer", { unanswered: 1, ...open({ rerun: 1 }) }, 1, "unanswered"],
    ["a plan that no longer holds", { isStale: true, ...open({ rerun: 1 }) }, 1, "plan-stale"],
    ["partitions to compute anew by force", open({ rerun: 1, forced: 1 }), 1, "forced"],
    ["no decisions at all", undefined, 1, "no-decisions"],
  ];

describe("decideRecovery()", () => {
  for (const [found, file, attempt, expected] of cases) {
    it(`${found}, attempt ${attempt}: ${expected}`, () => {
      assert.equal(said(file && recoveryFile(file), attempt), expected);
    });
  }

  it("never acts where a person has to look, never re-runs twice, and ends after depth + 2 rounds", () => {
    const count = fc.nat({ max: 3 });
    const files = fc.record({
      round: fc.nat({ max: 6 }),
      mostRounds: fc.integer({ min: 2, max: 6 }),
      unknown: count,
      unanswered: fc.nat({ max: 1 }),
      isStale: fc.boolean(),
      open: fc.record({
        rerun: count,
        forced: fc.nat({ max: 1 }),
        upstreamFirst: count,
        investigate: fc.nat({ max: 1 }),
        unplanned: fc.nat({ max: 1 }),
      }),
    });
    fc.assert(
      fc.property(files, fc.integer({ min: 1, max: 4 }), (facts, attempt) => {
        const file = recoveryFile(facts);
        const decision = decideRecovery(file, attempt);
        if (decision.kind === "person") return;
        const { open: left, unknown } = file;
        assert.deepEqual([left.investigate, left.forced, file.unanswered, file.isStale], [0, 0, 0, false]);
        assert.ok(unknown + left.rerun + left.upstreamFirst > 0, "there is something to run");
        if (decision.kind === "rerun") assert.deepEqual([attempt, left.unplanned], [1, 0]);
        else assert.deepEqual([decision.round, decision.round <= file.mostRounds], [file.round + 1, true]);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("summariseDecisions()", () => {
  it("counts what is open by who carries it out, and what the plan has no cell for", () => {
    const dates = ["2024-01-01", "2024-01-02"] as CalendarDate[];
    const plan = { cells: [{ processor: "LAP", dates }] };
    const step = { processor: "LAP", date: dates[0] as CalendarDate, isForced: false, command: "run" };
    const { open: left, ...rest } = summariseDecisions(
      {
        decisions: [
          { ...step, decision: "accept", command: "" },
          { ...step, decision: "rerun" },
          { ...step, decision: "rerun", isForced: true },
          { ...step, decision: "backfill-upstream-first", processor: "TOTAL" },
          { ...step, decision: "backfill-upstream-first", isObstructed: true },
          { ...step, decision: "investigate", processor: "PLACE", command: "why" },
        ],
        failed: ["gaps"],
      },
      plan,
    );
    assert.deepEqual(left, { rerun: 1, forced: 1, upstreamFirst: 1, investigate: 2, unplanned: 1 });
    assert.deepEqual(rest, { unanswered: 1, commands: ["run", "why"] });
  });
});

function open(counts: Partial<RecoveryFile["open"]>): { readonly open: Partial<RecoveryFile["open"]> } {
  return { open: counts };
}

function said(file: RecoveryFile | undefined, attempt: number): string {
  const decision = decideRecovery(file, attempt);
  if (decision.kind === "rerun") return "rerun";
  return decision.kind === "dispatch" ? `round ${decision.round}` : decision.reason;
}
