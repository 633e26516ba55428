import { formatDeclared, formatDeclaredRange } from "../../domain/format.ts";
import type { Budget } from "../runbook.ts";
import { listed, type Loosening } from "./loosening.ts";
import type { Policy } from "./recorded-policy.ts";

const severity = ["document", "investigate", "stop"] as const;

/** Budgets and zero budgets that allow more than before, for each processor and period. */
export function* looserBudgets(before: Policy, after: Policy): Iterable<Loosening> {
  const periods = new Set(before.budgets.map(({ period }) => period));
  for (const { id } of before.processors.filter(({ id }) =>
    after.processors.some((other) => other.id === id),
  )) {
    for (const period of periods) {
      const [old, now] = [budgetOf(before, id, period), budgetOf(after, id, period)];
      if (old !== undefined) yield* looserBudget(old, now, { processor: id, period });
    }
  }
  for (const category of before.categories.filter(({ zeroBudget }) => zeroBudget)) {
    const now = after.categories.find(({ id }) => id === category.id);
    if (now?.zeroBudget !== false) continue;
    yield {
      subject: `the budget of ${category.id}`,
      before: "none may occur",
      after: "as many as are allowed",
      place: undefined,
      scope: {},
    };
  }
}

type Scope = { readonly processor: string; readonly period: string };

function* looserBudget(old: Budget, now: Budget | undefined, scope: Scope): Iterable<Loosening> {
  const where = `${scope.processor} in ${scope.period}`;
  const place = (now ?? old).place;
  if (now === undefined) {
    yield { subject: `the budget of ${where}`, before: "judged", after: "removed", place, scope };
    return;
  }
  for (const [subject, before, after] of changesOf(old, now)) {
    yield { subject: `the ${subject} ${where}`, before, after, place, scope };
  }
}

type Change = readonly [subject: string, before: string, after: string];

function changesOf(old: Budget, now: Budget): readonly Change[] {
  const isAdded = now.allowed.some((category) => !old.allowed.includes(category));
  const [was, is] = [old.exceeded.action, now.exceeded.action];
  return [
    ...(isHigher(old, now) ? [["maximum of", maximumOf(old), maximumOf(now)] as const] : []),
    ...(isAdded ? [["allowed categories of", listed(old.allowed), listed(now.allowed)] as const] : []),
    ...(isWider(old, now) ? [["expected rate of", rangeOf(old), rangeOf(now)] as const] : []),
    ...(severity.indexOf(is) < severity.indexOf(was) ? [["consequence for", was, is] as const] : []),
  ];
}

function isHigher({ maximum: old }: Budget, { maximum: now }: Budget): boolean {
  return old !== undefined && (now === undefined || now > old);
}

function maximumOf({ maximum }: Budget): string {
  return maximum === undefined ? "none" : formatDeclared(maximum);
}

function rangeOf({ expected }: Budget): string {
  return expected === undefined ? "none" : formatDeclaredRange(expected);
}

function isWider({ expected: old }: Budget, { expected: now }: Budget): boolean {
  if (old === undefined) return false;
  return now === undefined || now.from < old.from || now.to > old.to;
}

/** The budget that holds: one that names the processor, before one for all. */
function budgetOf({ budgets }: Policy, processor: string, period: string): Budget | undefined {
  const ofPeriod = budgets.filter((budget) => budget.period === period);
  return (
    ofPeriod.find(({ processors }) => processors?.includes(processor)) ??
    ofPeriod.find(({ processors }) => processors === undefined)
  );
}
