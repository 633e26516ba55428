/** How much a document says, from most to least. `everything` fits only where a mebibyte is allowed. */
export const detailLevels = ["everything", "full", "failing-dates", "failing-periods", "counts"] as const;
/** One of `detailLevels`. */
export type DetailLevel = (typeof detailLevels)[number];

const leftOut: Readonly<Record<DetailLevel, string>> = {
  everything: "",
  full: "partitions that are complete",
  "failing-dates": "complete partitions, dates by category, decisions, retries and the timeline",
  "failing-periods": "everything about single dates, decisions, retries and the timeline",
  counts:
    "everything about single dates, most periods and processors, diagrams, decisions, retries and the timeline",
};

/** Whether a level says at least as much as another. */
export function isAtLeast(level: DetailLevel, least: DetailLevel): boolean {
  return detailLevels.indexOf(level) <= detailLevels.indexOf(least);
}

/** What a level leaves out, for its reader; empty when nothing. */
export function leftOutBy(level: DetailLevel): string {
  return leftOut[level];
}
