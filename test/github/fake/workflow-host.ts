import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fillInputs, InvalidDispatch } from "../runner/dispatch-inputs.ts";
import type { Dictionary } from "../runner/expression.ts";
import { loadWorkflow } from "../runner/load-workflow.ts";
import type { RunEvent, RunnerEffects, RunRequest } from "../runner/run-request.ts";
import type { Conclusion } from "../runner/run-result.ts";
import { readConcurrency, startRun } from "../runner/start-run.ts";
import type { Workflow } from "../runner/workflow.ts";
import { attemptEffects, isFromFork } from "./attempt-effects.ts";
import { runBody, workflowId } from "./actions-operations.ts";
import { createConcurrency } from "./concurrency.ts";
import { resolveCommit } from "./git-objects.ts";
import { latestAttempt, type RecordedAttempt, type RecordedRun } from "./recorded-run.ts";
import type { Dispatch, HostedWorkflow, RunHost } from "./run-host.ts";
import type { GitHubState } from "./state.ts";
import { isTriggered, type RepositoryEvent } from "./triggers.ts";

/** What the host needs of the world. */
export type HostWorld = {
  readonly state: GitHubState;
  readonly url: () => string;
  /** The folder with the files of a commit or branch. */
  readonly folderOf: (name: string) => string | undefined;
  readonly effects: RunnerEffects;
  readonly variables: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
};

/** Runs workflows with the fixture and records them for the API. */
export type WorkflowHost = RunHost & {
  /** Starts every workflow that waits for an event; `source` where its files are not those of the default branch. */
  readonly emit: (
    event: RepositoryEvent,
    by: string,
    source?: EventSource,
  ) => Promise<readonly RecordedRun[]>;
  /** Waits until the newest attempt of a run is over. */
  readonly finished: (run: RecordedRun) => Promise<RecordedAttempt>;
  /** Waits until no run is under way. */
  readonly settle: () => Promise<void>;
};

/** The commit of an event that is not about the default branch. */
export type EventSource = { readonly ref: string; readonly sha: string; readonly headRepository: string };

/** Attempts that GitHub allows of one run. */
export const mostAttempts = 50;
const workflowFolder = ".github/workflows";

/** A host without runs. */
export function openWorkflowHost(world: HostWorld): WorkflowHost {
  const { state, folderOf } = world;
  const concurrency = createConcurrency();
  const underWay = new Map<RecordedRun, Promise<void>>();
  const pending = new Set<Promise<void>>();
  const failures: unknown[] = [];
  const numbers = new Map<string, number>();

  async function workflows(): Promise<readonly HostedWorkflow[]> {
    const loaded = await loadAll(folderOf(state.defaultBranch));
    return loaded.map(({ path, name }) => ({ id: workflowId(path), path, name }));
  }

  async function dispatch({
    workflow,
    ref,
    inputs,
    actor,
  }: Dispatch): Promise<RecordedRun | { refusal: string }> {
    const branch = ref.replace(/^refs\/heads\//, "");
    const sha = resolveCommit(state, branch);
    const folder = folderOf(branch);
    if (sha === undefined || folder === undefined) return { refusal: `No ref found for: ${ref}` };
    const loaded = await loadWorkflow(folder, workflow.path);
    if (!isTriggered(loaded, { name: "workflow_dispatch", payload: {} })) {
      return { refusal: "Workflow does not have 'workflow_dispatch' trigger" };
    }
    try {
      fillInputs(loaded, inputs);
    } catch (error) {
      if (error instanceof InvalidDispatch) return { refusal: error.message };
      throw error;
    }
    const event = { name: "workflow_dispatch", payload: {}, actor, ref: wholeRef(branch), sha, inputs };
    return start(loaded, event, state.repository);
  }

  async function emit(
    event: RepositoryEvent,
    by: string,
    source?: EventSource,
  ): Promise<readonly RecordedRun[]> {
    const sha = source?.sha ?? resolveCommit(state, state.defaultBranch) ?? "";
    const loaded = await loadAll(folderOf(sha));
    const triggered = loaded.filter((workflow) => isTriggered(workflow, event));
    const ref = source?.ref ?? `refs/heads/${state.defaultBranch}`;
    const runEvent = { name: event.name, payload: event.payload, actor: by, ref, sha };
    return triggered.map((workflow) => start(workflow, runEvent, source?.headRepository ?? state.repository));
  }

  function start(workflow: Workflow, event: RunEvent, headRepository: string): RecordedRun {
    const number = (numbers.get(workflow.path) ?? 0) + 1;
    numbers.set(workflow.path, number);
    const run: RecordedRun = {
      id: state.nextId(),
      number,
      workflowPath: workflow.path,
      workflowName: workflow.name,
      event,
      headRepository,
      createdAt: state.now(),
      attempts: [],
    };
    state.runs.set(run.id, run);
    begin(run, openAttempt(run, event.actor, 0), {});
    return run;
  }

  function rerun(run: RecordedRun, kind: "failed" | "all", actor: string): { refusal?: string } {
    const previous = latestAttempt(run);
    if (previous.status !== "completed") return { refusal: "This workflow is already running" };
    if (run.attempts.length >= mostAttempts)
      return { refusal: "Unable to retry this workflow run because it has too many attempts" };
    const { result, conclusion } = previous;
    if (kind === "failed" && conclusion !== "failure" && conclusion !== "cancelled") {
      return { refusal: "This workflow run cannot be retried" };
    }
    const generation = previous.generation + (kind === "all" ? 1 : 0);
    begin(run, openAttempt(run, actor, generation), {
      rerun: kind,
      ...(result !== undefined && { previous: result }),
    });
    return {};
  }

  function openAttempt(run: RecordedRun, triggeringActor: string, generation: number): RecordedAttempt {
    const at = state.now();
    const attempt: RecordedAttempt = {
      attempt: run.attempts.length + 1,
      triggeringActor,
      generation,
      startedAt: at,
      updatedAt: at,
      status: "queued",
      conclusion: undefined,
      jobs: [],
      result: undefined,
      cancel: () => undefined,
    };
    run.attempts.push(attempt);
    return attempt;
  }

  function begin(
    run: RecordedRun,
    attempt: RecordedAttempt,
    again: Pick<RunRequest, "previous" | "rerun">,
  ): void {
    const carried = carryOut(run, attempt, again).then(() => announce(run, attempt));
    const watched = carried.catch((error: unknown) => void failures.push(error));
    const settled = watched.then(() => void pending.delete(settled));
    pending.add(settled);
    underWay.set(run, carried);
  }

  async function carryOut(
    run: RecordedRun,
    attempt: RecordedAttempt,
    again: Pick<RunRequest, "previous" | "rerun">,
  ): Promise<void> {
    const request = requestOf(world, run, attempt, again);
    const group = await readConcurrency(request);
    const entry = group && { ...group, cancel: () => attempt.cancel() };
    let isCancelled = false;
    attempt.status = "pending";
    attempt.cancel = () => {
      isCancelled = true;
      if (entry !== undefined && attempt.status === "pending") concurrency.leave(entry);
    };
    if (entry !== undefined && !(await concurrency.enter(entry))) return conclude(attempt, "cancelled");
    attempt.status = "in_progress";
    try {
      const started = await startRun(request, attemptEffects(world, run, attempt));
      attempt.cancel = started.cancel;
      if (isCancelled) started.cancel();
      attempt.result = await started.finished;
      conclude(attempt, attempt.result.conclusion);
    } finally {
      if (entry !== undefined) concurrency.leave(entry);
    }
  }

  function conclude(attempt: RecordedAttempt, conclusion: Conclusion): void {
    attempt.updatedAt = state.now();
    attempt.conclusion = conclusion;
    attempt.status = "completed";
  }

  /** Runs that a `workflow_run` started announce nothing more. */
  async function announce(run: RecordedRun, attempt: RecordedAttempt): Promise<void> {
    if (run.event.name === "workflow_run") return;
    const body = runBody({ state, url: world.url() }, run, attempt) as Dictionary;
    const payload = {
      action: "completed",
      workflow_run: body,
      workflow: { path: run.workflowPath, name: run.workflowName },
    };
    await emit({ name: "workflow_run", payload }, run.event.actor);
  }

  async function settle(): Promise<void> {
    while (pending.size > 0) await Promise.all(pending);
    if (failures.length > 0) throw new AggregateError(failures, "The fixture failed to carry out a run");
  }

  return {
    workflows,
    dispatch,
    rerun,
    cancel: (run) => latestAttempt(run).cancel(),
    emit,
    async finished(run) {
      await underWay.get(run);
      return latestAttempt(run);
    },
    settle,
  };
}

async function loadAll(folder: string | undefined): Promise<readonly Workflow[]> {
  if (folder === undefined || !existsSync(join(folder, workflowFolder))) return [];
  const names = readdirSync(join(folder, workflowFolder)).filter((name) => /\.ya?ml$/.test(name));
  return Promise.all(names.toSorted().map((name) => loadWorkflow(folder, `${workflowFolder}/${name}`)));
}

function requestOf(
  { state, folderOf, variables, secrets }: HostWorld,
  run: RecordedRun,
  { attempt, triggeringActor }: RecordedAttempt,
  again: Pick<RunRequest, "previous" | "rerun">,
): RunRequest {
  return {
    checkout: folderOf(run.event.sha) ?? "",
    workflow: run.workflowPath,
    event: { ...run.event, triggeringActor },
    repository: state.repository,
    defaultBranch: state.defaultBranch,
    runId: run.id,
    runNumber: run.number,
    attempt,
    variables,
    secrets: isFromFork(state, run) ? {} : secrets,
    ...again,
  };
}

/** A branch by its name, anything else by its whole ref. */
function wholeRef(name: string): string {
  return name.startsWith("refs/") ? name : `refs/heads/${name}`;
}
