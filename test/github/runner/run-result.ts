import type { Dictionary } from "./expression.ts";

/** How a step, a job or a run ended. */
export type Conclusion = "success" | "failure" | "cancelled" | "skipped";

/** A step; `outcome` is what happened, `conclusion` what counts after `continue-on-error`. */
export type StepResult = {
  readonly id: string;
  readonly name: string;
  readonly outcome: Conclusion;
  readonly conclusion: Conclusion;
  readonly outputs: Readonly<Record<string, string>>;
};

/** What a step pinned to the run or to a line of a file. */
export type Annotation = {
  readonly level: "error" | "warning" | "notice";
  readonly message: string;
  readonly title?: string;
  readonly file?: string;
  readonly line?: number;
};

/** One job as GitHub lists it: a job without a matrix has one leg, with the empty key. */
export type LegResult = {
  readonly jobId: string;
  readonly key: string;
  readonly name: string;
  readonly matrix: Dictionary;
  readonly conclusion: Conclusion;
  readonly continueOnError: boolean;
  readonly outputs: Readonly<Record<string, string>>;
  readonly steps: readonly StepResult[];
  readonly annotations: readonly Annotation[];
  readonly summaries: readonly string[];
  readonly log: readonly string[];
  readonly attempt: number;
};

/** All legs of a job as `needs` sees them; no legs when it was skipped or its matrix could not be made. */
export type JobResult = {
  readonly id: string;
  readonly result: Conclusion;
  readonly outputs: Readonly<Record<string, string>>;
  readonly legs: readonly LegResult[];
};

/** One attempt of a run: its jobs by id, those kept from an earlier attempt included. */
export type RunResult = {
  readonly attempt: number;
  readonly conclusion: Conclusion;
  readonly jobs: Readonly<Record<string, JobResult>>;
};

/** A finished job of a run; throws for an id that the workflow does not have. */
export function jobOf(run: RunResult, id: string): JobResult {
  const job = run.jobs[id];
  if (job === undefined) throw new Error(`No job "${id}" among "${Object.keys(run.jobs).join('", "')}"`);
  return job;
}

/** Results by job id, as one reads them in the graph. */
export function resultsOf(run: RunResult): Record<string, Conclusion> {
  return Object.fromEntries(Object.values(run.jobs).map(({ id, result }) => [id, result]));
}
