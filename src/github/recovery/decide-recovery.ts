import type { RecoveryFile } from "./recovery-file.ts";

/** Why a machine leaves a red run alone, and the way out, by code. */
const reasons = {
  "no-decisions":
    "the run ended before it could decide what comes next; look at its red jobs, then re-run them",
  unanswered: "a check got no answer; its error is in the report",
  investigate: "somebody has to look at what failed before it may run again",
  "plan-stale": "what the plan was made from has moved; dispatch the backfill again",
  forced: "partitions that count as up to date have to be computed anew, which a re-run leaves alone",
  "nothing-to-rerun":
    "no partition is to run again: a gate or a budget objects, and running gives the same rows",
  retried: "the second attempt failed as well",
  unplanned: "partitions outside of this run's plan have to run again",
  "too-many-rounds": "the upstream has been run as many times as the runbook is deep and is not settled yet",
} as const;

/** The stable code of such a reason. */
export type LeftAlone = keyof typeof reasons;

/** What to do after a red run. */
export type RecoveryDecision =
  | { readonly kind: "rerun" }
  | { readonly kind: "dispatch"; readonly round: number }
  | { readonly kind: "person"; readonly reason: LeftAlone };

/**
 * Re-runs the failed jobs once when everything open can be tried again inside the plan (what waits for such a date comes
 * along); dispatches a new round when something waits for an upstream that this run did not have, at most depth + 2
 * times; leaves everything else to people.
 */
export function decideRecovery(file: RecoveryFile | undefined, attempt: number): RecoveryDecision {
  if (file === undefined) return person("no-decisions");
  const obstacle = obstacleIn(file);
  if (obstacle !== undefined) return person(obstacle);
  const { open, unknown, round, mostRounds } = file;
  const retryable = unknown + open.rerun;
  if (retryable > 0 && open.unplanned === 0) return attempt === 1 ? { kind: "rerun" } : person("retried");
  if (open.upstreamFirst === 0) return person(retryable > 0 ? "unplanned" : "nothing-to-rerun");
  return round < mostRounds ? { kind: "dispatch", round: round + 1 } : person("too-many-rounds");
}

/** Whether running something again could change what is there, or an answer that was not had. */
export function mayRunAgain({ unknown, unanswered, open }: RecoveryFile): boolean {
  return unknown + unanswered + open.rerun + open.forced + open.upstreamFirst > 0;
}

/** The reason as a sentence's end. */
export function leftAloneText(reason: LeftAlone): string {
  return reasons[reason];
}

function obstacleIn({ unanswered, open, isStale }: RecoveryFile): LeftAlone | undefined {
  if (unanswered > 0) return "unanswered";
  if (open.investigate > 0) return "investigate";
  if (isStale) return "plan-stale";
  return open.forced > 0 ? "forced" : undefined;
}

function person(reason: LeftAlone): RecoveryDecision {
  return { kind: "person", reason };
}
