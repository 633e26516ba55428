import { tupleText } from "../domain/tuple-text.ts";
import type { ReportDecision, TaintedPartition } from "./model.ts";

const urgency: readonly ReportDecision["decision"][] = [
  "investigate",
  "backfill-upstream-first",
  "rerun",
  "accept",
];

/** Order for sort: what a person must see first, what nobody has to do anything about last. */
export function compareDecisions(left: ReportDecision, right: ReportDecision): number {
  return urgency.indexOf(left.decision) - urgency.indexOf(right.decision);
}

/** Decisions of one processor by one rule, one command and the same facts, whatever is noted beside a fact. */
export function groupAlike(decisions: readonly ReportDecision[]): readonly (readonly ReportDecision[])[] {
  const groups = Map.groupBy(decisions, ({ decision, rule, processor, command, path }) => {
    return tupleText([decision, rule, processor, command, ...path.map(withoutNote)]);
  });
  return [...groups.values()];
}

/** By which facts a group was decided; what is noted beside a fact only where it is the same for all of them. */
export function factsOfGroup(group: readonly ReportDecision[]): string {
  const paths = new Set(group.map(({ path }) => path.join(" → ")));
  const [first = ""] = paths;
  return paths.size === 1 ? first : (group[0]?.path ?? []).map(withoutNote).join(" → ");
}

function withoutNote(step: string): string {
  return step.replace(/ \(.*\)$/s, "");
}

/** Tainted partitions of one processor that come from one place; what names none stays with what has the same cause. */
export function groupTaints(tainted: readonly TaintedPartition[]): readonly (readonly TaintedPartition[])[] {
  const groups = Map.groupBy(tainted, (taint) => {
    return tupleText([taint.processor, taint.upstream === undefined ? taint.because : sourceOf(taint)]);
  });
  return [...groups.values()];
}

/** Where a taint comes from: an upstream and its first date, if it names one. */
export function sourceOf({ upstream, since, date }: TaintedPartition): string {
  if (upstream === undefined) return "";
  return since === date ? `${upstream}, same date` : `${upstream} ${since ?? ""}`.trim();
}

/** The cause of a group: that of its first partition where they differ, and then it says so. */
export function causeOf(group: readonly TaintedPartition[]): string {
  const [first] = group;
  if (first === undefined) return "";
  const isSame = group.every(({ because }) => because === first.because);
  return isSame ? first.because : `${first.because} (${first.date}; the others alike)`;
}
