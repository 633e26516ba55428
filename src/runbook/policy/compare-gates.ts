import type { Gate } from "../runbook.ts";
import { listed, pairsOf, type Loosening } from "./loosening.ts";
import type { Policy } from "./recorded-policy.ts";

/** Gates that are gone, hold nothing back any more, forgive more, or look at less. */
export function* looserGates(before: Policy, after: Policy): Iterable<Loosening> {
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
    ...(old.strict && !now.strict ? [["the strictness", "strict", "not strict"] as const] : []),
    ...(unseen.length > 0
      ? [["the processors", listed(old.processors), listed(now.processors)] as const]
      : []),
  ];
}
