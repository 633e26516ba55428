import type { RunEvent } from "../runner/run-request.ts";
import type { Conclusion, RunResult, StepResult } from "../runner/run-result.ts";

/** Where a run or job is. */
export type RunStatus = "queued" | "pending" | "in_progress" | "completed";

/** A workflow run with all its attempts. */
export type RecordedRun = {
  readonly id: number;
  readonly number: number;
  readonly workflowPath: string;
  readonly workflowName: string;
  readonly event: RunEvent;
  /** Full name of the repository that the commit is from, another one for a fork. */
  readonly headRepository: string;
  readonly createdAt: string;
  readonly attempts: RecordedAttempt[];
};

/** One attempt of a run. */
export type RecordedAttempt = {
  readonly attempt: number;
  readonly triggeringActor: string;
  /** Counts re-runs of all jobs, which see no artifacts of before. */
  readonly generation: number;
  startedAt: string;
  updatedAt: string;
  status: RunStatus;
  conclusion: Conclusion | undefined;
  readonly jobs: RecordedJob[];
  result: RunResult | undefined;
  cancel: () => void;
};

/** A job as the API lists it. */
export type RecordedJob = {
  readonly id: number;
  readonly jobId: string;
  readonly key: string;
  readonly name: string;
  readonly attempt: number;
  readonly createdAt: string;
  startedAt: string;
  completedAt: string | undefined;
  status: RunStatus;
  conclusion: Conclusion | undefined;
  steps: readonly StepResult[];
};

/** The newest attempt of a run. */
export function latestAttempt(run: RecordedRun): RecordedAttempt {
  const latest = run.attempts.at(-1);
  if (latest === undefined) throw new Error(`Run ${run.id} has no attempt`);
  return latest;
}
