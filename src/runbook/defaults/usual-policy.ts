import { mappingOf, type Written } from "./written.ts";

/** Why a row may be absent where a runbook names no categories. */
export const usualCategories = {
  INCOMPLETE_UPSTREAM: {
    level: "entity",
    meaning: "inputs of the row are incomplete",
    retryable: true,
    action: "complete the upstream, then run again",
  },
  PROCESSING_ERROR: {
    level: "entity",
    meaning: "a value is impossible",
    retryable: false,
    action: "find the defect",
    "zero-budget": true,
  },
  MISSING_UPSTREAM: {
    level: "date",
    meaning: "upstream has no rows on the date",
    retryable: true,
    action: "fill the upstream, then run again",
    "zero-budget": true,
  },
} as const;

/** Decisions about what is no failure that a runbook explains. */
const defects = [
  {
    id: "upstream-first",
    when: { upstream: ["unsettled"] },
    decision: "backfill-upstream-first",
    because: "an upstream date is missing or not settled",
  },
  {
    id: "error",
    when: { category: ["PROCESSING_ERROR"] },
    decision: "investigate",
    because: "an impossible value is a defect until it is understood",
  },
  {
    id: "untracked",
    when: { state: ["untracked"] },
    decision: "investigate",
    because: "an expected row has neither a value nor a reason",
  },
  {
    id: "failing-again",
    when: { failure: ["repeated"] },
    decision: "investigate",
    because: "it failed the same check before on the same inputs",
  },
  {
    id: "not-built",
    when: { state: ["missing", "failed", "blocked", "out-of-date", "content-differs"] },
    decision: "rerun",
    because: "the upstream is settled and the date is not built from it",
  },
  {
    id: "not-clean",
    when: { contamination: ["partial", "contaminated", "check-failed"] },
    decision: "investigate",
    because: "the date is up to date, so that running again repeats its values",
  },
  {
    id: "over-budget",
    when: { rate: ["exceeded", "unexpected-category"] },
    decision: "investigate",
    because: "more failures than the period explains",
  },
] as const;

/**
 * What is decided where a runbook has no tree of its own: repeat what can come out otherwise, accept what its categories
 * explain, ask people about the rest.
 */
export function usualRecovery(categories: Written): readonly Written[] {
  const explaining = Object.entries(categories)
    .filter(([, category]) => mappingOf(category)["zero-budget"] !== true)
    .map(([id]) => id);
  return [
    ...defects,
    {
      id: "explained",
      when: { category: ["none", ...explaining] },
      decision: "accept",
      because: "what is absent is explained",
    },
    { id: "rest", decision: "investigate", because: "nobody has decided this case" },
  ];
}
