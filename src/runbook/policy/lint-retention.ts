import type { PolicyFinding } from "../problem.ts";
import type { WindowText } from "../schema/read-schema.ts";
import type { PolicyModel } from "./policy-model.ts";

/** Steps whose windows reach further back than a table's rows are kept: a date that is built late sees less of them. */
export function* lintRetention({ declaration }: PolicyModel): Iterable<PolicyFinding> {
  const { sources, processors } = declaration;
  const kept = new Map<string, number | undefined>([
    ...sources.map(({ value }) => [value.table, value.retention] as const),
    ...processors.map(({ value }) => [value.id, value.retention] as const),
  ]);
  for (const { value, at } of processors) {
    for (const [index, { from, window }] of value.reads.entries()) {
      const days = kept.get(from);
      if (days === undefined || daysOf(window) <= days) continue;
      yield {
        rule: "window-beyond-retention",
        place: at("reads", index),
        message: `"${value.id}" reads ${windowText(window)} of "${from}", whose rows may vanish after ${days}: what is built then is built from fewer`,
        hint: "raise `retention`, or read fewer days",
      };
    }
  }
}

/** The most days from the first one that a window shows to the one that it is read on. */
function daysOf(window: WindowText): number {
  if (typeof window === "object") return window["previous-days"] ?? Number.POSITIVE_INFINITY;
  return { "same-date": 0, week: 7, month: 31, "season-to-date": Number.POSITIVE_INFINITY }[window];
}

function windowText(window: WindowText): string {
  if (typeof window !== "object") return window === "season-to-date" ? "the season" : `a ${window}`;
  const { "previous-days": days } = window;
  return days === undefined ? "the newest rows" : `${days} days`;
}
