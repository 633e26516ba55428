import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { FactBox } from "../../../src/runbook/policy/fact-boxes.ts";
import { branchesOf, factDomain } from "../../../src/runbook/policy/prove-recovery.ts";

const domain: FactBox = {
  colour: ["red", "green", "blue"],
  size: ["small", "large"],
  shape: ["a", "b", "c"],
};

describe("branchesOf()", () => {
  it("gives a case to the first rule that matches it", () => {
    const rules = [
      { id: "red", when: { colour: ["red"] } },
      { id: "small", when: { size: ["small"] } },
      { id: "rest", when: {} },
    ];
    const { branches, undecided } = branchesOf(rules, domain);
    assert.deepEqual(undecided, []);
    assert.deepEqual(
      branches.map(({ rule, boxes }) => [rule.id, countOf(boxes)]),
      [
        ["red", 6],
        ["small", 6],
        ["rest", 6],
      ],
    );
  });

  it("agrees with asking every case one by one", () => {
    fc.assert(
      fc.property(fc.array(fc.record({ when: anyCondition() }), { maxLength: 6 }), (rules) => {
        const { branches, undecided } = branchesOf(rules, domain);
        for (const facts of casesOf(domain)) {
          const first = rules.findIndex(({ when }) => matches(facts, when));
          const owners = branches.flatMap(({ boxes }, index) =>
            boxes.filter((box) => matches(facts, box)).map(() => index),
          );
          const open = undecided.filter((box) => matches(facts, box)).length;
          assert.deepEqual([owners, open], first < 0 ? [[], 1] : [[first], 0]);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe("what branchesOf() leaves", () => {
  it("names what no rule decides", () => {
    const rules = [{ when: { colour: ["red", "green"] } }, { when: { size: ["small"], shape: ["a", "b"] } }];
    assert.deepEqual(branchesOf(rules, domain).undecided, [
      { colour: ["blue"], size: ["large"], shape: ["a", "b", "c"] },
      { colour: ["blue"], size: ["small"], shape: ["c"] },
    ]);
  });

  it("takes no time for a hundred rules over every fact of a tree", () => {
    const periods = Array.from({ length: 20 }, (_, index) => `p${index}`);
    const categories = Array.from({ length: 20 }, (_, index) => `C${index}`);
    const whole = factDomain({ periods, categories });
    const rules = periods.flatMap((period, index) =>
      categories.slice(0, 5).map((category) => ({
        when: { period: [period], category: [category], state: [whole["state"]?.[index % 5] ?? ""] },
      })),
    );
    assert.ok(branchesOf(rules, whole).undecided.length > 0);
    assert.deepEqual(branchesOf([...rules, { when: {} }], whole).undecided, []);
  });

  it("finds rules that earlier ones leave nothing to", () => {
    const rules = [
      { id: "red", when: { colour: ["red"] } },
      { id: "others", when: { colour: ["green", "blue"] } },
      { id: "small", when: { size: ["small"] } },
    ];
    assert.deepEqual(
      branchesOf(rules, domain)
        .branches.filter(({ boxes }) => boxes.length === 0)
        .map(({ rule }) => rule.id),
      ["small"],
    );
  });
});

function anyCondition() {
  const some = (values: readonly string[]) =>
    fc.option(fc.subarray([...values], { minLength: 1 }), { nil: undefined });
  return fc.record({
    colour: some(domain["colour"] ?? []),
    size: some(domain["size"] ?? []),
    shape: some(domain["shape"] ?? []),
  });
}

function casesOf(box: FactBox): readonly Readonly<Record<string, string>>[] {
  let cases: readonly Readonly<Record<string, string>>[] = [{}];
  for (const [fact, values] of Object.entries(box)) {
    cases = cases.flatMap((facts) => values.map((value) => ({ ...facts, [fact]: value })));
  }
  return cases;
}

function matches(
  facts: Readonly<Record<string, string>>,
  condition: Readonly<Record<string, readonly string[] | undefined>>,
): boolean {
  return Object.entries(condition).every(([fact, values]) => values?.includes(facts[fact] ?? "") ?? true);
}

function countOf(boxes: readonly FactBox[]): number {
  return boxes.reduce(
    (sum, box) => sum + Object.values(box).reduce((product, values) => product * values.length, 1),
    0,
  );
}
