import { recoveryFacts, type RecoveryRule, type Runbook } from "../runbook/runbook.ts";
import { factNames, type FactName, type FactValues } from "./decision.ts";
import { allows, decidesOn, finalCategories } from "./rule-match.ts";

/** A box of the product of all facts: every combination of the listed values. */
export type FactBox = Readonly<Record<FactName, readonly string[]>>;

/** What a recovery tree leaves open; both empty: every combination of facts reaches exactly one action. */
export type Totality = {
  readonly uncovered: readonly FactBox[];
  readonly unreachable: readonly RecoveryRule[];
};

/** What a tree is proven over. */
export type FactDeclarations = Pick<Runbook, "periods" | "categories">;

/**
 * Proves over every period × category × state × upstream × contamination × rate which rule decides first. Values that
 * no rule tells apart are looked at once, as a box, so that the proof stays exact and small.
 */
export function totality(rules: readonly RecoveryRule[], runbook: FactDeclarations): Totality {
  const final = finalCategories(runbook);
  const reached = new Set<RecoveryRule>();
  const uncovered: FactBox[] = [];
  for (const box of boxesOf(rules, runbook)) {
    const facts = firstOf(box);
    const rule = rules.find((candidate) => decidesOn(candidate, facts, final));
    if (rule === undefined) uncovered.push(box);
    else reached.add(rule);
  }
  return { uncovered, unreachable: rules.filter((rule) => !reached.has(rule)) };
}

/** The combinations on which no rule of the runbook decides, as boxes. */
export function uncoveredFacts(runbook: FactDeclarations & Pick<Runbook, "recovery">): readonly FactBox[] {
  return totality(runbook.recovery, runbook).uncovered;
}

/** Rules that never decide, because others before them do. */
export function unreachableRules(
  runbook: FactDeclarations & Pick<Runbook, "recovery">,
): readonly RecoveryRule[] {
  return totality(runbook.recovery, runbook).unreachable;
}

/** A box as one line: `period P1, P2; state missing`; facts that may have any value are left out. */
export function boxText(box: FactBox, runbook: FactDeclarations): string {
  const domains = factDomains(runbook);
  const parts = factNames
    .filter((name) => box[name].length < domains[name].length)
    .map((name) => `${name} ${box[name].join(", ")}`);
  return parts.length === 0 ? "all facts" : parts.join("; ");
}

/** All values of every fact in a runbook. */
export function factDomains({ periods, categories }: FactDeclarations): FactBox {
  return {
    period: [...periods.map(({ id }) => id), "none"],
    category: [...categories.map(({ id }) => id), "none"],
    state: recoveryFacts.state,
    upstream: recoveryFacts.upstream,
    contamination: recoveryFacts.contamination,
    rate: recoveryFacts.rate,
  };
}

function boxesOf(rules: readonly RecoveryRule[], runbook: FactDeclarations): readonly FactBox[] {
  const domains = factDomains(runbook);
  const final = finalCategories(runbook);
  let boxes: readonly Partial<Record<FactName, readonly string[]>>[] = [{}];
  for (const name of factNames) {
    const alike = Map.groupBy(domains[name], (value) => signatureOf(rules, { name, value, final }));
    boxes = boxes.flatMap((box) => [...alike.values()].map((values) => ({ ...box, [name]: values })));
  }
  return boxes as readonly FactBox[];
}

/** What rules can tell of a value: who lets it pass, and whether a partition with it can be good. */
function signatureOf(
  rules: readonly RecoveryRule[],
  {
    name,
    value,
    final,
  }: { readonly name: FactName; readonly value: string; readonly final: ReadonlySet<string> },
): string {
  const passing = rules.map((rule) => (allows(rule, name, value) ? "1" : "0")).join("");
  return `${passing} ${goodValue(name, value, final)}`;
}

function goodValue(name: FactName, value: string, final: ReadonlySet<string>): boolean {
  if (name === "category") return final.has(value);
  if (name === "state" || name === "upstream") return value === "settled";
  return name === "contamination" ? value === "clean" : true;
}

function firstOf(box: FactBox): FactValues {
  const first = factNames.map((name) => [name, box[name][0] ?? ""]);
  return Object.fromEntries(first) as FactValues;
}
