import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { readRunbook } from "../../src/run/read-runbook.ts";
import { decide } from "../../src/triage/decide.ts";
import { factNames, type FactName, type FactValues } from "../../src/triage/decision.ts";
import { decidesOn, finalCategories } from "../../src/triage/rule-match.ts";
import {
  boxText,
  factDomains,
  totality,
  uncoveredFacts,
  unreachableRules,
} from "../../src/triage/totality.ts";
import { day, facts, rule, ruleSets, tree } from "./small-tree.ts";

describe("totality()", () => {
  it("finds nothing in a tree whose last rule matches all", () => {
    const rules = [rule({ state: ["missing"] }, "rerun"), rule({}, "investigate")];
    assert.deepEqual(totality(rules, tree(rules)), { uncovered: [], unreachable: [] });
  });

  it("names the combinations on which no rule decides", () => {
    const rules = [rule({ state: ["settled"] }, "accept"), rule({ upstream: ["settled"] }, "investigate")];
    const book = tree(rules);
    assert.deepEqual(
      uncoveredFacts(book).map((box) => boxText(box, book)),
      [
        "category SLOW, none; state missing, failed, blocked, content-differs, out-of-date, untracked; upstream unsettled; contamination clean",
        "category SLOW, none; state missing, failed, blocked, content-differs, out-of-date, untracked; upstream unsettled; contamination partial, contaminated, no-data, check-failed",
        "category BROKEN; state missing, failed, blocked, content-differs, out-of-date, untracked; upstream unsettled; contamination clean",
        "category BROKEN; state missing, failed, blocked, content-differs, out-of-date, untracked; upstream unsettled; contamination partial, contaminated, no-data, check-failed",
      ],
    );
  });

  it("names the rules that others before them leave nothing", () => {
    const rules = [rule({}, "investigate"), rule({ state: ["missing"] }, "rerun")];
    assert.deepEqual(
      unreachableRules(tree(rules)).map(({ id }) => id),
      ["rule-rerun"],
    );
  });

  it("knows that a rule to rerun everything leaves good partitions undecided", () => {
    const rules = [rule({}, "rerun")];
    const book = tree(rules);
    assert.deepEqual(
      uncoveredFacts(book).map((box) => boxText(box, book)),
      ["category SLOW, none; state settled; upstream settled; contamination clean"],
    );
  });

  it("agrees with deciding every single combination", () => {
    fc.assert(
      fc.property(ruleSets, (rules) => {
        const book = tree(rules);
        const final = finalCategories(book);
        const found = totality(rules, book);
        const single = combinations(factDomains(book)).map((values) => {
          return { values, rule: rules.find((candidate) => decidesOn(candidate, values, final)) };
        });
        const boxes = found.uncovered.reduce((sum, box) => sum + sizeOf(box), 0);
        assert.equal(boxes, single.filter((one) => one.rule === undefined).length);
        const reached = new Set(single.map((one) => one.rule));
        assert.deepEqual(
          found.unreachable,
          rules.filter((one) => !reached.has(one)),
        );
      }),
      { numRuns: 50 },
    );
  });

  for (const name of ["nba-cascade", "web-events"]) {
    it(`proves that the tree of ${name} reaches one action from everywhere, by rules that are all needed`, async () => {
      const runbook = await readRunbook(name);
      assert.deepEqual(uncoveredFacts(runbook), []);
      assert.deepEqual(unreachableRules(runbook), []);
    });
  }
});

describe("a total tree", () => {
  it("gives 2,000 random states an action each, with its path", async () => {
    const runbook = await readRunbook("nba-cascade");
    const domains = factDomains(runbook);
    const pick = Object.fromEntries(
      factNames.map((name) => [name, fc.constantFrom(...domains[name])]),
    ) as Record<FactName, fc.Arbitrary<string>>;
    fc.assert(
      fc.property(fc.record(pick), (values) => {
        const decision = decide(runbook, facts({ ...values, date: day("2021-11-05") }));
        assert.notEqual(decision.rule, "");
        assert.match(
          decision.path.at(-1) ?? "",
          new RegExp(`^${decision.decision} by rule ${decision.rule}: `),
        );
      }),
      { numRuns: 2000 },
    );
  });
});

function combinations(domains: Readonly<Record<FactName, readonly string[]>>): readonly FactValues[] {
  return factNames.reduce<readonly Partial<FactValues>[]>(
    (all, name) => all.flatMap((one) => domains[name].map((value) => ({ ...one, [name]: value }))),
    [{}],
  ) as readonly FactValues[];
}

function sizeOf(box: Readonly<Record<FactName, readonly string[]>>): number {
  return factNames.reduce((product, name) => product * box[name].length, 1);
}
