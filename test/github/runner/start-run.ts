import { fillInputs, isDispatched, typeInputs } from "./dispatch-inputs.ts";
import { dictionaryOf, textOf, type Dictionary } from "./expression.ts";
import { loadWorkflow } from "./load-workflow.ts";
import { githubContext } from "./run-contexts.ts";
import { runJob, survivesCancellation } from "./run-job.ts";
import type { RunControl, RunnerEffects, RunRequest } from "./run-request.ts";
import type { Conclusion, JobResult, RunResult } from "./run-result.ts";
import { ancestorsOf, type RunState } from "./run-state.ts";
import { createSlots } from "./slots.ts";
import { evaluateTemplate } from "./template.ts";
import type { Workflow } from "./workflow.ts";

/** A run that is under way. */
export type StartedRun = RunControl & { readonly workflow: Workflow; readonly finished: Promise<RunResult> };

/**
 * Starts one attempt of a run. Throws `InvalidWorkflow` or `InvalidDispatch` where GitHub refuses to start;
 * everything later, failures included, is in the result.
 */
export async function startRun(request: RunRequest, effects: RunnerEffects = {}): Promise<StartedRun> {
  const workflow = await loadWorkflow(request.checkout, request.workflow);
  const run = openRun(request, effects, workflow);
  const control = controlOf(run);
  run.control = control;
  return { ...control, workflow, finished: finish(run) };
}

/** Starts a run and waits for its end. */
export async function runWorkflow(request: RunRequest, effects: RunnerEffects = {}): Promise<RunResult> {
  const run = await startRun(request, effects);
  return run.finished;
}

/** The concurrency group of a run, as its workflow asks for it. */
export type ConcurrencyRequest = {
  readonly group: string;
  readonly cancelInProgress: boolean;
  readonly queue: "single" | "max";
};

/** Reads the workflow's `concurrency` for a run that is about to start; undefined without one. */
export async function readConcurrency(request: RunRequest): Promise<ConcurrencyRequest | undefined> {
  const workflow = await loadWorkflow(request.checkout, request.workflow);
  if (workflow.concurrency === undefined) return undefined;
  const { github, inputs } = openRun(request, {}, workflow);
  const scope = { contexts: { github, inputs, vars: request.variables ?? {} } };
  const value = evaluateTemplate(workflow.concurrency, scope);
  const { group, queue, "cancel-in-progress": cancelInProgress } = dictionaryOf(value);
  return {
    group: textOf(typeof value === "string" ? value : group),
    cancelInProgress: cancelInProgress === true,
    queue: queue === "max" ? "max" : "single",
  };
}

type OpenRun = RunState & { control: RunControl | undefined };

function openRun(given: RunRequest, effects: RunnerEffects, workflow: Workflow): OpenRun {
  const isDispatch = isDispatched(given.event);
  const filled = isDispatch ? fillInputs(workflow, given.event.inputs ?? {}) : {};
  const inputs: Dictionary = isDispatch ? typeInputs(workflow, filled) : {};
  const request = isDispatch ? { ...given, event: { ...given.event, inputs: filled } } : given;
  const run: OpenRun = {
    request,
    effects,
    workflow,
    github: githubContext(request, workflow, effects.apiUrl ?? "https://api.github.com"),
    inputs,
    slots: createSlots(effects.concurrentJobs ?? 4),
    notify: (moment) => run.control !== undefined && effects.watch?.(moment, run.control),
    results: new Map(),
    sessions: new Set(),
    redone: redoneJobs(request, workflow),
    legCount: 0,
    isCancelled: false,
    control: undefined,
  };
  return run;
}

async function finish(run: RunState): Promise<RunResult> {
  const jobs = new Map<string, Promise<JobResult>>();
  function start(id: string): Promise<JobResult> {
    const started = jobs.get(id) ?? runWhenReady(id);
    jobs.set(id, started);
    return started;
  }
  async function runWhenReady(id: string): Promise<JobResult> {
    const job = run.workflow.jobs.find((each) => each.id === id);
    if (job === undefined) throw new Error(`No job "${id}"`);
    await Promise.all(job.needs.map(start));
    const result = await runJob(run, job);
    run.results.set(id, result);
    return result;
  }
  const results = await Promise.all(run.workflow.jobs.map(({ id }) => start(id)));
  return {
    attempt: run.request.attempt ?? 1,
    conclusion: concludeRun(run, results),
    jobs: Object.fromEntries(results.map((result) => [result.id, result])),
  };
}

function concludeRun(run: RunState, jobs: readonly JobResult[]): Conclusion {
  const results = jobs.map(({ result }) => result);
  if (run.isCancelled) return "cancelled";
  if (results.includes("failure")) return "failure";
  if (results.includes("cancelled")) return "cancelled";
  return results.every((result) => result === "skipped") ? "skipped" : "success";
}

function controlOf(run: RunState): RunControl {
  return {
    cancel() {
      run.isCancelled = true;
      for (const session of run.sessions) {
        if (!survivesCancellation(run, session.job)) session.cancellation.abort();
      }
    },
    loseMachine(jobName) {
      for (const session of run.sessions) if (session.identity.name === jobName) session.loss.abort();
    },
  };
}

/** A re-run of failed jobs redoes jobs with a leg that is not green, and every job that depends on one. */
function redoneJobs({ previous, rerun }: RunRequest, workflow: Workflow): ReadonlySet<string> | undefined {
  if (previous === undefined || rerun !== "failed") return undefined;
  const failed = new Set(
    Object.values(previous.jobs)
      .filter(hasFailedLeg)
      .map(({ id }) => id),
  );
  const redone = workflow.jobs.filter(
    ({ id }) => failed.has(id) || [...ancestorsOf(workflow, id)].some((ancestor) => failed.has(ancestor)),
  );
  return new Set(redone.map(({ id }) => id));
}

function hasFailedLeg({ legs }: JobResult): boolean {
  return legs.some(({ conclusion }) => conclusion === "failure" || conclusion === "cancelled");
}
