/** What differs in a case between what it expects and what came, a line each; none where it passes. */
export type CaseResult = {
  readonly processor: string;
  readonly file: string;
  readonly name: string;
  readonly differences: readonly string[];
};
