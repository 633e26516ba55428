import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { runbookNames } from "../runbook/repository-runbooks.ts";
import { readRunbook } from "../../src/run/read-runbook.ts";
import type { FactBox } from "../../src/runbook/policy/fact-boxes.ts";
import { branchesOf, factDomain } from "../../src/runbook/policy/prove-recovery.ts";
import type { RecoveryRule } from "../../src/runbook/runbook.ts";
import { decide, type Tree } from "../../src/triage/decide.ts";
import { factNames, type FactName, type FactValues } from "../../src/triage/decision.ts";
import { finalCategories, isGood } from "../../src/triage/rule-match.ts";
import { day, facts, ruleSets, tree } from "./small-tree.ts";

describe("the tree that the linter proves", () => {
  it("decides as the machine does, on every single combination but good partitions", () => {
    fc.assert(
      fc.property(ruleSets, (rules) => {
        const book = tree(rules);
        const domain = domainOf(book);
        const { branches } = branchesOf<RecoveryRule>(rules, domain);
        for (const values of combinations(domain)) {
          if (isGood(values, finalCategories(book))) continue;
          const proven = branches.find(({ boxes }) => boxes.some((box) => isIn(values, box)));
          assert.equal(decide(book, facts(values)).rule, proven?.rule.id ?? "");
        }
      }),
      { numRuns: 20 },
    );
  });

  it("never has the machine run a good partition", () => {
    fc.assert(
      fc.property(ruleSets, (rules) => {
        const book = tree(rules);
        const good = combinations(domainOf(book)).filter((values) => isGood(values, finalCategories(book)));
        for (const values of good) {
          assert.match(decide(book, facts(values)).decision, /^(?:accept|investigate)$/);
        }
      }),
      { numRuns: 50 },
    );
  });

  for (const name of runbookNames) {
    it(`reaches one action from everywhere in ${name}, by rules that are all needed`, async () => {
      const runbook = await readRunbook(name);
      const { branches, undecided } = branchesOf(runbook.recovery, domainOf(runbook));
      assert.deepEqual(undecided, []);
      assert.deepEqual(
        branches.filter(({ boxes }) => boxes.length === 0),
        [],
      );
    });
  }

  it("gives 2,000 random states an action each, with its path", async () => {
    const runbook = await readRunbook("nba-cascade");
    const domain = domainOf(runbook);
    const pick = Object.fromEntries(
      factNames.map((name) => [name, fc.constantFrom(...(domain[name] ?? []))]),
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

function domainOf({ periods, categories }: Pick<Tree, "periods" | "categories">): FactBox {
  return factDomain({ periods: periods.map(({ id }) => id), categories: categories.map(({ id }) => id) });
}

function combinations(domain: FactBox): readonly FactValues[] {
  return factNames.reduce<readonly Partial<FactValues>[]>(
    (all, name) => all.flatMap((one) => (domain[name] ?? []).map((value) => ({ ...one, [name]: value }))),
    [{}],
  ) as readonly FactValues[];
}

function isIn(values: FactValues, box: FactBox): boolean {
  return factNames.every((name) => box[name]?.includes(values[name]) ?? true);
}
