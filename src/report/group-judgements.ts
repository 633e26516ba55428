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

/** Tainted partitions of one processor that come from one place; what names none stays with what has the same cause. */
export function groupTaints(tainted: readonly TaintedPartition[]): readonly (readonly TaintedPartition[])[] {
  const groups = Map.groupBy(tainted, ({ processor, because, upstream, since }) =>
    JSON.stringify([processor, ...(upstream === undefined ? [because] : [upstream, since])]),
  );
  return [...groups.values()];
}
