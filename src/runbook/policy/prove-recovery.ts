import type { RecoveryRule } from "../runbook.ts";
import { recoveryFacts } from "../recovery-facts.ts";
import { outsideBox, withinBox, type FactBox, type FactCondition } from "./fact-boxes.ts";

type Rule = { readonly when: RecoveryRule["when"] | FactCondition };

/** A rule of the tree and the cases that it decides: those that it matches and no rule before it does. */
export type Branch<AnyRule> = { readonly rule: AnyRule; readonly boxes: readonly FactBox[] };

/** The tree taken apart: who decides what, and what nobody decides. */
export type Branches<AnyRule> = {
  readonly branches: readonly Branch<AnyRule>[];
  readonly undecided: readonly FactBox[];
};

/** A date that is built, from settled upstream, with sound values: what is left are its failures and their rate. */
export const nothingElseWrong = {
  state: ["settled"],
  failure: ["none"],
  upstream: ["settled"],
  held: ["free"],
  contamination: ["clean"],
} as const;

/** Every case that the tree may be asked about: the product of all values of all facts. */
export function factDomain(names: {
  readonly periods: readonly string[];
  readonly categories: readonly string[];
}): FactBox {
  return {
    period: [...new Set([...names.periods, "none"])],
    category: [...new Set([...names.categories, "none"])],
    ...recoveryFacts,
  };
}

/**
 * Who decides which cases of the domain, first match first. Cases are handled as boxes and never listed one by one: a
 * rule splits a box into at most one piece for each fact that it names.
 */
export function branchesOf<AnyRule extends Rule>(
  rules: readonly AnyRule[],
  domain: FactBox,
): Branches<AnyRule> {
  let undecided: readonly FactBox[] = [domain];
  const branches: Branch<AnyRule>[] = [];
  for (const rule of rules) {
    const { when } = rule;
    const boxes = undecided.map((box) => withinBox(box, when)).filter((box) => box !== undefined);
    undecided = undecided.flatMap((box) => outsideBox(box, when));
    branches.push({ rule, boxes });
  }
  return { branches, undecided };
}
