import type { RecoveryRule } from "../runbook.ts";
import { withinBox, type FactBox } from "./fact-boxes.ts";
import type { Loosening } from "./loosening.ts";
import { branchesOf, factDomain, type Branch } from "./prove-recovery.ts";
import type { Policy } from "./recorded-policy.ts";

/** From what a person must see to what nobody looks at. */
const severity: readonly RecoveryRule["decision"][] = [
  "accept",
  "rerun",
  "backfill-upstream-first",
  "investigate",
];

/** Cases that the tree decides more lightly than before: one entry for each pair of rules, with an example. */
export function* looserRecovery(before: Policy, after: Policy): Iterable<Loosening> {
  const domain = factDomain({
    periods: before.periods.map(({ id }) => id),
    categories: before.categories.map(({ id }) => id),
  });
  const [old, now] = [branchesOf(before.recovery, domain), branchesOf(after.recovery, domain)];
  for (const was of old.branches) {
    for (const is of now.branches) {
      if (!isLighter(was.rule, is.rule)) continue;
      const example = sharedCase(was, is);
      if (example === undefined) continue;
      yield {
        subject: `the decision on ${formatCase(example)}`,
        before: `${was.rule.decision} (${was.rule.id})`,
        after: `${is.rule.decision} (${is.rule.id})`,
        place: is.rule.place,
        scope: undefined,
      };
    }
  }
}

function isLighter(old: RecoveryRule, now: RecoveryRule): boolean {
  return severity.indexOf(now.decision) < severity.indexOf(old.decision) && !bothRepair(old, now);
}

/** Rerunning here or upstream is a matter of order, not of strictness. */
function bothRepair(old: RecoveryRule, now: RecoveryRule): boolean {
  return old.decision === "backfill-upstream-first" && now.decision === "rerun";
}

function sharedCase(left: Branch<RecoveryRule>, right: Branch<RecoveryRule>): FactBox | undefined {
  for (const box of left.boxes) {
    for (const other of right.boxes) {
      const shared = withinBox(box, other);
      if (shared !== undefined) return shared;
    }
  }
  return undefined;
}

function formatCase(box: FactBox): string {
  return Object.entries(box)
    .map(([fact, values]) => `${fact} ${values[0] ?? ""}`)
    .join(", ");
}
