/** A run as GitHub lists it, as far as it matters for the state that it published. */
export type ListedRun = {
  readonly id: number;
  readonly attempt: number;
  readonly event: string;
  readonly branch: string;
  /** When its latest attempt started. */
  readonly startedAt: string;
  /** Whether its code came from this repository, not from a fork. */
  readonly isOwn: boolean;
};

/**
 * The runs whose state may be imported, the newest attempt first: dispatched runs of the workflow on the default branch
 * of this repository. Whoever may write there decides what later runs build on, nobody else.
 */
export function trustedRuns(runs: readonly ListedRun[], defaultBranch: string): readonly ListedRun[] {
  return runs
    .filter(({ event, branch, isOwn }) => event === "workflow_dispatch" && branch === defaultBranch && isOwn)
    .toSorted((left, right) => right.startedAt.localeCompare(left.startedAt));
}
