import type { Runbook, RecoveryRule } from "../runbook/runbook.ts";
import { factNames, type FactName, type FactValues } from "./decision.ts";

/** Failure categories that running again cannot change, and `none`. */
export function finalCategories({ categories }: Pick<Runbook, "categories">): ReadonlySet<string> {
  return new Set(["none", ...categories.filter(({ retryable }) => !retryable).map(({ id }) => id)]);
}

/**
 * Whether a rule decides on the facts: every fact that it names has one of its values. A rule that runs something never
 * decides on a good partition, one that is settled and clean and whose failures are declared non-retryable.
 */
export function decidesOn(rule: RecoveryRule, facts: FactValues, final: ReadonlySet<string>): boolean {
  if (isRunning(rule) && isGood(facts, final)) return false;
  return askedBy(rule).every((name) => rule.when[name]?.includes(facts[name]));
}

/** The facts that a rule names. */
export function askedBy(rule: RecoveryRule): readonly FactName[] {
  return factNames.filter((name) => rule.when[name] !== undefined);
}

/** Whether there is nothing about a partition that running it again could change. */
export function isGood(facts: FactValues, final: ReadonlySet<string>): boolean {
  const { state, upstream, held, contamination, category } = facts;
  const isSettled = state === "settled" && upstream === "settled";
  return isSettled && held === "free" && contamination === "clean" && final.has(category);
}

function isRunning({ decision }: RecoveryRule): boolean {
  return decision === "rerun" || decision === "backfill-upstream-first";
}
