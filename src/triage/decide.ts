import type { Runbook, RecoveryRule } from "../runbook/runbook.ts";
import { commandFor } from "./decision-command.ts";
import type { Decision, FactName, PartitionFacts } from "./decision.ts";
import { askedBy, decidesOn, finalCategories } from "./rule-match.ts";

/** What a decision is made by. */
export type Tree = Pick<Runbook, "name" | "folder" | "recovery" | "categories" | "periods">;

/** Most urgent first. */
const urgency: readonly RecoveryRule["decision"][] = [
  "investigate",
  "backfill-upstream-first",
  "rerun",
  "accept",
];

/**
 * The decision of the first rule that matches. Facts that no rule matches are for a person: `investigate`, by no rule.
 * What ended the same way before on the same inputs is for a person too, whatever the rule: a rerun repeats it.
 * The path names every fact that was asked until then, once, and ends with the rule.
 */
export function decide(tree: Tree, facts: PartitionFacts): Decision {
  const final = finalCategories(tree);
  const index = tree.recovery.findIndex((rule) => decidesOn(rule, facts, final));
  const rule = tree.recovery[index];
  const asked = new Set(tree.recovery.slice(0, index < 0 ? undefined : index + 1).flatMap(askedBy));
  const end = rule === undefined ? "no rule decides on this" : `rule ${rule.id}: ${rule.because}`;
  const { decision, grounds } = outcomeOf(rule, facts);
  const isForced = decision === "rerun" && facts.isCurrent;
  const { processor, date, category } = facts;
  const isObstructed = decision === "backfill-upstream-first" && facts.obstacle !== undefined;
  const head = { processor, date, decision, rule: rule?.id ?? "", category, isForced, isObstructed };
  const command = commandFor(tree, {
    ...head,
    dates: [date],
    facts,
    isOfRate: rule?.when.rate !== undefined,
  });
  return {
    ...head,
    path: [...[...asked].map((name) => factText(name, facts)), ...grounds, `${decision} by ${end}`],
    command,
  };
}

/** What a rule comes to: no machine repeats what ended the same way before. */
function outcomeOf(
  rule: RecoveryRule | undefined,
  { isRepeated }: PartitionFacts,
): { readonly decision: RecoveryRule["decision"]; readonly grounds: readonly string[] } {
  if (rule?.decision !== "rerun" || !isRepeated)
    return { decision: rule?.decision ?? "investigate", grounds: [] };
  return { decision: "investigate", grounds: ["it ended the same way before, on the same inputs"] };
}

/**
 * One decision on a date with several categories: the most urgent, of equals the first. Investigate comes before
 * backfill-upstream-first, rerun and accept: a person who has been asked for is not overtaken by a machine.
 */
export function decisionFor(decisions: readonly Decision[]): Decision | undefined {
  return decisions.toSorted(
    (left, right) => urgency.indexOf(left.decision) - urgency.indexOf(right.decision),
  )[0];
}

function factText(name: FactName, facts: PartitionFacts): string {
  const note = facts.notes[name];
  return note === undefined ? `${name} is ${facts[name]}` : `${name} is ${facts[name]} (${note})`;
}
