import { rateVerdicts } from "../domain/rate-verdict.ts";

/**
 * What the tree may ask, the soundest value first, so that the example of a case is the plainest. `content-differs`:
 * from what was committed; `out-of-date`: inputs differ; `untracked`: though settled.
 */
export const recoveryFacts = {
  state: ["settled", "missing", "failed", "blocked", "content-differs", "out-of-date", "untracked"],
  failure: ["none", "first", "repeated"],
  upstream: ["settled", "unsettled"],
  held: ["free", "held"],
  contamination: ["clean", "partial", "contaminated", "no-data", "check-failed"],
  rate: rateVerdicts.toReversed(),
} as const;
