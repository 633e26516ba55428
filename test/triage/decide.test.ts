import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { decide, decisionFor } from "../../src/triage/decide.ts";
import { day, facts, rule, ruleSets, tree } from "./small-tree.ts";

const usual = tree([
  rule({ upstream: ["unsettled"] }, "backfill-upstream-first"),
  rule({ state: ["missing"] }, "rerun"),
  rule({ contamination: ["contaminated"] }, "rerun", "poisoned"),
  rule({ period: ["late"], rate: ["exceeded"] }, "investigate"),
  rule({ category: ["SLOW", "none"] }, "accept"),
]);

describe("decide()", () => {
  it("takes the first rule that matches and prints the facts in the order asked, each once", () => {
    const decision = decide(usual, facts({ state: "missing", isCurrent: false }));
    assert.equal(decision.rule, "rule-rerun");
    assert.deepEqual(decision.path, [
      "upstream is settled",
      "state is missing",
      "rerun by rule rule-rerun: of rule-rerun",
    ]);
  });

  it("shows what stands behind a fact", () => {
    const decision = decide(usual, facts({ upstream: "unsettled", notes: { upstream: "RAW 2024-05-01" } }));
    assert.equal(decision.path[0], "upstream is unsettled (RAW 2024-05-01)");
  });

  it("prints the command that carries it out", () => {
    const run = "cascade run shop --processor SALES --dates 2024-05-07";
    const contaminated = { contamination: "contaminated" };
    assert.equal(decide(usual, facts({ state: "missing", isCurrent: false })).command, run);
    assert.equal(decide(usual, facts({ ...contaminated, isCurrent: false })).command, run);
    assert.equal(decide(usual, facts({ upstream: "unsettled" })).command, `${run} --with-upstream`);
    assert.equal(decide(usual, facts({ category: "SLOW" })).command, "");
  });

  it("forces what counts as up to date", () => {
    const decision = decide(usual, facts({ contamination: "contaminated" }));
    assert.equal(decision.isForced, true);
    assert.match(decision.command, / --no-resume$/);
  });

  it("shows what is in the way of the upstream instead of a run that cannot succeed", () => {
    const obstacle = "cascade gaps shop --start-date 2024-05-01 --end-date 2024-05-01";
    assert.equal(decide(usual, facts({ upstream: "unsettled", obstacle })).command, obstacle);
  });

  it("points at the period where the rate decides, and at the date otherwise", () => {
    assert.equal(
      decide(usual, facts({ rate: "exceeded" })).command,
      "cascade coverage shop --processor SALES --start-date 2024-05-05 --end-date 2024-05-31 --reconcile",
    );
    assert.equal(decide(tree([]), facts()).command, "cascade why shop SALES 2024-05-07");
  });

  it("asks for a person when no rule decides", () => {
    const decision = decide(usual, facts({ category: "BROKEN" }));
    assert.equal(decision.decision, "investigate");
    assert.equal(decision.rule, "");
    assert.equal(decision.path.at(-1), "investigate by no rule decides on this");
  });

  it("never runs a good partition, whatever the rules say", () => {
    fc.assert(
      fc.property(ruleSets, fc.constantFrom("SLOW", "none"), (rules, category) => {
        const { decision } = decide(tree(rules), facts({ category }));
        assert.ok(decision === "accept" || decision === "investigate");
      }),
    );
  });
});

describe("decisionFor()", () => {
  it("merges the categories of a date into the most urgent decision", () => {
    const order = ["accept", "rerun", "backfill-upstream-first", "investigate"] as const;
    const all = order.map((decision) => decide(tree([rule({}, decision)]), facts({ state: "missing" })));
    assert.equal(decisionFor(all)?.decision, "investigate");
    assert.equal(decisionFor(all.slice(0, 3))?.decision, "backfill-upstream-first");
    assert.equal(decisionFor(all.slice(0, 2))?.decision, "rerun");
    assert.equal(decisionFor(all.slice(0, 1))?.decision, "accept");
  });

  it("takes the first of equals", () => {
    const [slow, none] = ["SLOW", "none"].map((category) => decide(usual, facts({ category })));
    assert.equal(decisionFor([slow, none].filter((one) => one !== undefined))?.category, "SLOW");
  });

  it("decides nothing about nothing", () => {
    assert.equal(decisionFor([]), undefined);
    assert.equal(decide(usual, facts({ date: day("2024-05-08") })).date, "2024-05-08");
  });
});
