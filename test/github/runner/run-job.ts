import { dictionaryOf, isTrue, type Dictionary, type Value } from "./expression.ts";
import { expandMatrix, legSuffix, mostLegs } from "./matrix.ts";
import type { Conclusion, JobResult, LegResult } from "./run-result.ts";
import { legWithoutMachine, nameOf, runLeg, type Leg } from "./run-leg.ts";
import { ancestorsOf, jobScope, type RunState } from "./run-state.ts";
import { parser } from "./official-parser.ts";
import { evaluateTemplate, partOf, textIn } from "./template.ts";
import type { Job } from "./workflow.ts";

/** Runs a job whose needs are over: keeps, skips or runs its legs, and answers what `needs` will see. */
export async function runJob(run: RunState, job: Job): Promise<JobResult> {
  const previous = run.request.previous?.jobs[job.id];
  if (previous !== undefined && run.redone !== undefined && !run.redone.has(job.id)) return previous;
  const scope = jobScope(run, job);
  try {
    if (!isTrue(job.condition, scope)) return withoutMachine(run, job, "skipped");
    return await runLegs(run, job, planLegs(run, job));
  } catch (error) {
    return withoutMachine(run, job, "failure", error instanceof Error ? error.message : String(error));
  }
}

function withoutMachine(run: RunState, job: Job, result: Conclusion, fault?: string): JobResult {
  const identity = { jobId: job.id, key: "", name: unevaluatedName(job), attempt: run.request.attempt ?? 1 };
  const leg = legWithoutMachine({ job, identity, matrix: {}, strategy: {} }, result, fault);
  run.notify({ kind: "job-completed", job: identity, result: leg });
  return { id: job.id, result, outputs: {}, legs: [leg] };
}

/** A job that never got so far is listed with its expressions as they are written. */
function unevaluatedName(job: Job): string {
  if (job.name === undefined) return job.id;
  const name = parser.isBasicExpression(job.name) ? job.name.source : textIn(job.name);
  return name ?? job.id;
}

function planLegs(run: RunState, job: Job): readonly Leg[] {
  const scope = jobScope(run, job);
  const matrix = partOf(job.strategy, "matrix");
  const combinations =
    matrix === undefined ? [{}] : expandMatrix(readMatrix(evaluateTemplate(matrix, scope)));
  if (matrix !== undefined) run.legCount += combinations.length;
  if (run.legCount > mostLegs) throw new Error(`The matrices of the run produce more than ${mostLegs} jobs`);
  return combinations.map((combination, index) => {
    const strategy = {
      "fail-fast": failsFast(run, job),
      "job-index": index,
      "job-total": combinations.length,
      "max-parallel": mostParallel(run, job, combinations.length),
    };
    const contexts = { ...scope.contexts, matrix: combination, strategy };
    const identity = {
      jobId: job.id,
      key: matrix === undefined ? "" : JSON.stringify(combination),
      name: nameOf({ contexts }, job, matrix === undefined ? "" : legSuffix(combination)),
      attempt: run.request.attempt ?? 1,
    };
    return { job, identity, matrix: combination, strategy };
  });
}

function readMatrix(value: Value): Dictionary {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Error("A mapping was expected for 'strategy.matrix'");
  }
  return dictionaryOf(value);
}

async function runLegs(run: RunState, job: Job, legs: readonly Leg[]): Promise<JobResult> {
  const finished: LegResult[] = [];
  const kept = keptLegs(run, job);
  const stop = new AbortController();
  const queue = [...legs];
  async function work(): Promise<void> {
    for (let leg = queue.shift(); leg !== undefined; leg = queue.shift()) {
      const result = kept.get(leg.identity.key) ?? (await runQueuedLeg(run, leg, stop.signal));
      finished.push(result);
      const isFailure = result.conclusion === "failure" && !result.continueOnError;
      if (isFailure && legs.length > 1 && failsFast(run, job)) stop.abort();
    }
  }
  const workers = Array.from({ length: mostParallel(run, job, legs.length) }, work);
  await Promise.all(workers);
  const order = new Map(legs.map(({ identity }, index) => [identity.key, index]));
  return {
    id: job.id,
    result: combine(finished),
    outputs: lastNonEmpty(finished),
    legs: finished.toSorted((a, b) => (order.get(a.key) ?? 0) - (order.get(b.key) ?? 0)),
  };
}

async function runQueuedLeg(run: RunState, leg: Leg, stop: AbortSignal): Promise<LegResult> {
  run.notify({ kind: "job-queued", job: leg.identity });
  const result = await run.slots.hold(async () => {
    const isStopped = stop.aborted || (run.isCancelled && !survivesCancellation(run, leg.job));
    return isStopped ? legWithoutMachine(leg, "cancelled") : startLeg(run, leg, stop);
  });
  run.notify({ kind: "job-completed", job: leg.identity, result });
  return result;
}

async function startLeg(run: RunState, leg: Leg, stop: AbortSignal): Promise<LegResult> {
  try {
    return await runLeg(run, leg, stop);
  } catch (error) {
    return legWithoutMachine(leg, "failure", error instanceof Error ? error.message : String(error));
  }
}

/** Whether a job goes on when its run is cancelled: its `if` is asked again. */
export function survivesCancellation(run: RunState, job: Job): boolean {
  return isTrue(job.condition, jobScope({ ...run, isCancelled: true }, job));
}

/** A re-run of failed jobs keeps the green legs of a job, unless something the job needs is redone. */
function keptLegs(run: RunState, job: Job): ReadonlyMap<string, LegResult> {
  const { redone } = run;
  const previous = run.request.previous?.jobs[job.id];
  const isRedoneWhole = [...ancestorsOf(run.workflow, job.id)].some((id) => redone?.has(id) === true);
  if (redone === undefined || previous === undefined || isRedoneWhole) return new Map();
  const green = previous.legs.filter(({ conclusion }) => conclusion === "success");
  return new Map(green.map((leg) => [leg.key, leg]));
}

function failsFast(run: RunState, job: Job): boolean {
  return evaluateTemplate(partOf(job.strategy, "fail-fast"), jobScope(run, job)) !== false;
}

function mostParallel(run: RunState, job: Job, legs: number): number {
  const limit = evaluateTemplate(partOf(job.strategy, "max-parallel"), jobScope(run, job));
  return limit === null ? legs : Math.min(Number(limit), legs);
}

function combine(legs: readonly LegResult[]): Conclusion {
  const isFailure = legs.some(
    ({ conclusion, continueOnError }) => conclusion === "failure" && !continueOnError,
  );
  if (isFailure) return "failure";
  return legs.some(({ conclusion }) => conclusion === "cancelled") ? "cancelled" : "success";
}

/** In the order in which the legs ended. */
function lastNonEmpty(finished: readonly LegResult[]): Record<string, string> {
  const outputs: Record<string, string> = {};
  for (const [name, value] of finished.flatMap((leg) => Object.entries(leg.outputs))) {
    if (value !== "" || outputs[name] === undefined) outputs[name] = value;
  }
  return outputs;
}
