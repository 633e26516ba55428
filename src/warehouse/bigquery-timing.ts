import { setTimeout as wait } from "node:timers/promises";

/** How long things may take; all in milliseconds. */
export type Timing = {
  /** From the first request of a statement to giving up, over all tries. */
  readonly deadlineMs: number;
  /** A single request without an answer counts as lost. */
  readonly requestMs: number;
  /** The server cancels a job that runs longer. */
  readonly jobMs: number;
  /** Pause before the second try after a rate limit, a conflict or a lost answer; it doubles. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** Pause after an exhausted quota, which fills again over minutes. */
  readonly quotaPauseMs: number;
  /** Between two looks at a running job; it grows to ten times as much. */
  readonly pollMs: number;
};

/** What is used against the real service. */
export const usualTiming: Timing = {
  deadlineMs: 3_600_000,
  requestMs: 60_000,
  jobMs: 1_800_000,
  firstPauseMs: 1_000,
  longestPauseMs: 32_000,
  quotaPauseMs: 300_000,
  pollMs: 200,
};

/** A pause before try number `tries` + 1, with jitter so that cells that failed together do not return together. */
export function pauseBefore(
  remedy: "seconds" | "minutes",
  tries: number,
  { timing, random }: { readonly timing: Timing; readonly random: () => number },
): number {
  if (remedy === "minutes") return timing.quotaPauseMs * (1 + random());
  const longest = Math.min(timing.longestPauseMs, timing.firstPauseMs * 2 ** (tries - 1));
  return longest / 2 + (longest / 2) * random();
}

/** Waits; rejects when the signal aborts. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal });
}
