/** What follows from a finding: `warn`, people are told; `block`, what was found is held back and the verdict is red. */
export const levels = ["warn", "block"] as const;

/** One of `levels`. */
export type Level = (typeof levels)[number];
