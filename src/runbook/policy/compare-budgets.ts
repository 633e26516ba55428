import type { Budget, Runbook } from "../runbook.ts";
import { listed, type Loosening } from "./loosening.ts";
import { formatRate, formatRates } from "./rates.ts";

const severity = ["document", "investigate", "stop"] as const;

/** Budgets and zero budgets that allow more than before, for each processor and period. */
export function* looserBudgets(before: Runbook, after: Runbook): Iterable<Loosening> {
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
  if (old.maximum !== undefined && (now.maximum === undefined || now.maximum > old.maximum)) {
    const maximum = now.maximum === undefined ? "none" : formatRate(now.maximum);
    yield {
      subject: `the maximum of ${where}`,
      before: formatRate(old.maximum),
      after: maximum,
      place,
      scope,
    };
  }
  const added = now.allowed.filter((category) => !old.allowed.includes(category));
  if (added.length > 0) {
    const subject = `the allowed categories of ${where}`;
    yield { subject, before: listed(old.allowed), after: listed(now.allowed), place, scope };
  }
  if (isWider(old, now)) {
    const after = now.expected === undefined ? "none" : formatRates(now.expected);
    const range = old.expected === undefined ? "none" : formatRates(old.expected);
    yield { subject: `the expected rate of ${where}`, before: range, after, place, scope };
  }
  if (severity.indexOf(now.exceeded.action) < severity.indexOf(old.exceeded.action)) {
    const subject = `the consequence for ${where}`;
    yield { subject, before: old.exceeded.action, after: now.exceeded.action, place, scope };
  }
}

function isWider({ expected: old }: Budget, { expected: now }: Budget): boolean {
  if (old === undefined) return false;
  return now === undefined || now.from < old.from || now.to > old.to;
}

/** The budget that holds: one that names the processor, before one for all. */
function budgetOf({ budgets }: Runbook, processor: string, period: string): Budget | undefined {
  const ofPeriod = budgets.filter((budget) => budget.period === period);
  return (
    ofPeriod.find(({ processors }) => processors?.includes(processor)) ??
    ofPeriod.find(({ processors }) => processors === undefined)
  );
}
