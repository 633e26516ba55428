import { countOf } from "../../domain/format.ts";
import { looserBudgets } from "./compare-budgets.ts";
import { looserRecovery } from "./compare-recovery.ts";
import { looserTables } from "./compare-tables.ts";
import { looserWaivers } from "./compare-waivers.ts";
import { type Loosening, listed, pairsOf } from "./loosening.ts";
import type { Policy } from "./recorded-policy.ts";
import type { Gate } from "../runbook.ts";

/**
 * Changes of policy after which something passes that did not pass before, each with its old and new value. Changes
 * that make it stricter, and processors that are new or gone, are none.
 */
export function loosenings(before: Policy, after: Policy): readonly Loosening[] {
  return [looserBudgets, looserGates, looserWaivers, looserTables, looserRecovery].flatMap((compare) => [
    ...compare(before, after),
  ]);
}

/** Gates that are gone, hold nothing back any more, forgive more, or look at less. */
function* looserGates(before: Policy, after: Policy): Iterable<Loosening> {
  for (const [id, old, now] of pairsOf(before.gates, after.gates, (gate) => gate.id)) {
    const scope = { gate: id };
    if (now === undefined) {
      yield { subject: `the gate ${id}`, before: old.kind, after: "removed", place: old.place, scope };
      continue;
    }
    for (const [subject, was, is] of changesOf(old, now)) {
      yield { subject: `${subject} of the gate ${id}`, before: was, after: is, place: now.place, scope };
    }
  }
}

type Change = readonly [subject: string, before: string, after: string];

function changesOf(old: Gate, now: Gate): readonly Change[] {
  const unseen = old.processors.filter((id) => !now.processors.includes(id));
  return [
    ...(old.kind === now.kind ? [] : [["the question", old.kind, now.kind] as const]),
    ...(old.blocking && !now.blocking ? [["the severity", "blocking", "warning"] as const] : []),
    ...olderTables(old, now),
    ...(old.strict && !now.strict ? [["the strictness", "strict", "not strict"] as const] : []),
    ...(unseen.length > 0
      ? [["the processors", listed(old.processors), listed(now.processors)] as const]
      : []),
  ];
}

/** The maximum age of all tables, then those of single ones, where they grew. */
function olderTables(old: Gate, now: Gate): readonly Change[] {
  const named = new Set([...Object.keys(old.maximumAges ?? {}), ...Object.keys(now.maximumAges ?? {})]);
  return [undefined, ...named].flatMap((name): readonly Change[] => {
    const [before, after] = [ageOf(old, name), ageOf(now, name)];
    if (before === undefined || (after !== undefined && after <= before)) return [];
    const subject = name === undefined ? "the maximum age" : `the maximum age of ${name}`;
    return [[subject, daysOf(before), daysOf(after)]];
  });
}

function ageOf({ maximumAge, maximumAges = {} }: Gate, name: string | undefined): number | undefined {
  return (name === undefined ? undefined : maximumAges[name]) ?? maximumAge;
}

function daysOf(age: number | undefined): string {
  return age === undefined ? "none" : countOf(age, "day");
}
