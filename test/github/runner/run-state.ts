import type { Dictionary, Scope, Status } from "./expression.ts";
import type { JobSession } from "./job-session.ts";
import type { RunnerEffects, RunnerMoment, RunRequest } from "./run-request.ts";
import type { JobResult } from "./run-result.ts";
import type { Slots } from "./slots.ts";
import type { Job, Workflow } from "./workflow.ts";

/** One attempt of a run while it is carried out. */
export type RunState = {
  readonly request: RunRequest;
  readonly effects: RunnerEffects;
  readonly workflow: Workflow;
  readonly github: Dictionary;
  readonly inputs: Dictionary;
  readonly slots: Slots;
  readonly notify: (moment: RunnerMoment) => void;
  /** Results of jobs that are over, by id. */
  readonly results: Map<string, JobResult>;
  /** Jobs on their machines. */
  readonly sessions: Set<JobSession>;
  /** Jobs that this attempt redoes; undefined in a first attempt and when all are redone. */
  readonly redone: ReadonlySet<string> | undefined;
  /** Jobs that came of matrices so far. */
  legCount: number;
  isCancelled: boolean;
};

/** What the `if`, `strategy` and `name` of a job see. */
export function jobScope(run: RunState, job: Job): Scope {
  const needs = job.needs.map((id) => {
    const { result, outputs } = resultOf(run, id);
    return [id, { result, outputs }] as const;
  });
  return {
    contexts: {
      github: { ...run.github, job: job.id },
      inputs: run.inputs,
      vars: run.request.variables ?? {},
      needs: Object.fromEntries(needs),
    },
    status: statusFor(run, job),
  };
}

/** All jobs that a job waits for, directly or not. */
export function ancestorsOf(workflow: Workflow, id: string): ReadonlySet<string> {
  const ancestors = new Set<string>();
  const waiting = [...(workflow.jobs.find((job) => job.id === id)?.needs ?? [])];
  for (const need of waiting) {
    if (ancestors.has(need)) continue;
    ancestors.add(need);
    waiting.push(...(workflow.jobs.find((job) => job.id === need)?.needs ?? []));
  }
  return ancestors;
}

/** The status functions look at the whole chain of needs: one skipped ancestor makes `success()` false. */
function statusFor(run: RunState, job: Job): Status {
  const results = [...ancestorsOf(run.workflow, job.id)].map((id) => resultOf(run, id).result);
  return {
    success: !run.isCancelled && results.every((result) => result === "success"),
    failure: !run.isCancelled && results.includes("failure"),
    cancelled: run.isCancelled,
  };
}

function resultOf(run: RunState, id: string): JobResult {
  const result = run.results.get(id);
  if (result === undefined) throw new Error(`Job "${id}" is not over`);
  return result;
}
