import { createHash } from "node:crypto";
import { basename } from "node:path";
import { noContent, notFound, type Call, type Operation, type Reply } from "./operation.ts";
import { latestAttempt, type RecordedAttempt, type RecordedJob, type RecordedRun } from "./recorded-run.ts";
import { repositoryBody } from "./repository-operations.ts";
import type { HostedWorkflow } from "./run-host.ts";
import { userOf } from "./state.ts";

/** Workflows, their runs and jobs. */
export const actionsOperations: Readonly<Record<string, Operation>> = {
  "actions/list-repo-workflows": { access: "actions:read", handle: listWorkflows },
  "actions/get-workflow": {
    access: "actions:read",
    handle: (call) => withWorkflow(call, (workflow) => ({ status: 200, body: workflowBody(workflow) })),
  },
  "actions/create-workflow-dispatch": {
    access: "actions:write",
    handle: (call) => withWorkflow(call, (workflow) => dispatch(call, workflow)),
  },
  "actions/list-workflow-runs": {
    access: "actions:read",
    handle: (call) =>
      withWorkflow(call, (workflow) => listRuns(call, (run) => run.workflowPath === workflow.path)),
  },
  "actions/list-workflow-runs-for-repo": {
    access: "actions:read",
    handle: (call) => listRuns(call, () => true),
  },
  "actions/get-workflow-run": {
    access: "actions:read",
    handle: (call) => withRun(call, (run) => ({ status: 200, body: runBody(call, run, latestAttempt(run)) })),
  },
  "actions/get-workflow-run-attempt": {
    access: "actions:read",
    handle: (call) => withRun(call, (run) => showAttempt(call, run)),
  },
  "actions/list-jobs-for-workflow-run": {
    access: "actions:read",
    handle: (call) => withRun(call, (run) => listJobs(call, run)),
  },
  "actions/list-jobs-for-workflow-run-attempt": {
    access: "actions:read",
    handle: (call) => withRun(call, (run) => listAttemptJobs(call, run)),
  },
  "actions/get-job-for-workflow-run": { access: "actions:read", handle: showJob },
  "actions/re-run-workflow": {
    access: "actions:write",
    handle: (call) => withRun(call, (run) => rerun(call, run, "all")),
  },
  "actions/re-run-workflow-failed-jobs": {
    access: "actions:write",
    handle: (call) => withRun(call, (run) => rerun(call, run, "failed")),
  },
  "actions/cancel-workflow-run": {
    access: "actions:write",
    handle: (call) => withRun(call, (run) => cancel(call, run)),
  },
};

/** A run as the API and events show it. */
export function runBody(
  { state, url }: Pick<Call, "state" | "url">,
  run: RecordedRun,
  attempt: RecordedAttempt,
): Record<string, unknown> {
  const self = `${url}/repos/${state.repository}/actions/runs/${run.id}`;
  return {
    id: run.id,
    name: run.workflowName,
    display_title: run.workflowName,
    path: run.workflowPath,
    run_number: run.number,
    run_attempt: attempt.attempt,
    event: run.event.name,
    status: attempt.status,
    conclusion: attempt.conclusion ?? null,
    workflow_id: workflowId(run.workflowPath),
    head_branch: run.event.ref.replace(/^refs\/(?:heads|tags)\//, ""),
    head_sha: run.event.sha,
    head_repository: repositoryBody(run.headRepository, state.defaultBranch),
    repository: repositoryBody(state.repository, state.defaultBranch),
    actor: userOf(state, run.event.actor),
    triggering_actor: userOf(state, attempt.triggeringActor),
    created_at: run.createdAt,
    updated_at: attempt.updatedAt,
    run_started_at: attempt.startedAt,
    pull_requests: [],
    url: self,
    html_url: `https://github.com/${state.repository}/actions/runs/${run.id}`,
    jobs_url: `${self}/jobs`,
    artifacts_url: `${self}/artifacts`,
  };
}

/** The number GitHub would give a workflow; here it follows from the path. */
export function workflowId(path: string): number {
  return createHash("sha1").update(path).digest().readUInt32BE();
}

function workflowBody({ id, path, name }: HostedWorkflow): Record<string, unknown> {
  return { id, path, name, state: "active" };
}

async function listWorkflows({ host }: Call): Promise<Reply> {
  const workflows = await host.workflows();
  return { status: 200, list: { items: workflows.map(workflowBody), under: "workflows" } };
}

type DispatchFields = {
  readonly ref: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly return_run_details?: boolean;
};

async function dispatch({ host, state, caller, body, url }: Call, workflow: HostedWorkflow): Promise<Reply> {
  const fields = body as DispatchFields;
  const inputs = Object.fromEntries(
    Object.entries(fields.inputs ?? {}).map(([name, value]) => [name, String(value)]),
  );
  const run = await host.dispatch({ workflow, ref: fields.ref, inputs, actor: caller.login });
  if ("refusal" in run)
    return { status: 422, body: { message: run.refusal, documentation_url: "https://docs.github.com/rest" } };
  if (fields.return_run_details !== true) return noContent;
  return {
    status: 200,
    body: {
      workflow_run_id: run.id,
      run_url: `${url}/repos/${state.repository}/actions/runs/${run.id}`,
      html_url: `https://github.com/${state.repository}/actions/runs/${run.id}`,
    },
  };
}

function listRuns(call: Call, isWanted: (run: RecordedRun) => boolean): Reply {
  const { state, query } = call;
  const [branch, event, actor, sha, status] = ["branch", "event", "actor", "head_sha", "status"].map((name) =>
    query.get(name),
  );
  const items = [...state.runs.values()]
    .filter(isWanted)
    .filter((run) => branch == null || run.event.ref.replace(/^refs\/(?:heads|tags)\//, "") === branch)
    .filter((run) => event == null || run.event.name === event)
    .filter((run) => actor == null || run.event.actor === actor)
    .filter((run) => sha == null || run.event.sha === sha)
    .filter(
      (run) =>
        status == null ||
        [latestAttempt(run).status, latestAttempt(run).conclusion].includes(status as "completed"),
    )
    .toSorted((a, b) => b.id - a.id);
  return {
    status: 200,
    list: { items: items.map((run) => runBody(call, run, latestAttempt(run))), under: "workflow_runs" },
  };
}

function showAttempt(call: Call, run: RecordedRun): Reply {
  const attempt = run.attempts.find((each) => each.attempt === Number(call.parameters["attempt_number"]));
  return attempt === undefined ? notFound : { status: 200, body: runBody(call, run, attempt) };
}

/** `latest`, the default, is the newest execution of every job; `all` is every execution. */
function listJobs(call: Call, run: RecordedRun): Reply {
  const executed = run.attempts.flatMap(({ jobs }) => jobs);
  const newest = new Map(executed.map((job) => [job.jobId + job.key, job]));
  const current = latestAttempt(run).result?.jobs;
  const isGone = (job: RecordedJob): boolean =>
    current !== undefined && current[job.jobId]?.legs.some(({ key }) => key === job.key) !== true;
  const latest = [...newest.values()].filter((job) => !isGone(job));
  const jobs = call.query.get("filter") === "all" ? executed : latest;
  return { status: 200, list: { items: jobs.map((job) => jobBody(call, run, job)), under: "jobs" } };
}

/** Only what ran in that attempt: GitHub has been seen to leave out jobs that a re-run kept. */
function listAttemptJobs(call: Call, run: RecordedRun): Reply {
  const attempt = run.attempts.find((each) => each.attempt === Number(call.parameters["attempt_number"]));
  if (attempt === undefined) return notFound;
  return { status: 200, list: { items: attempt.jobs.map((job) => jobBody(call, run, job)), under: "jobs" } };
}

function showJob(call: Call): Reply {
  const id = Number(call.parameters["job_id"]);
  for (const run of call.state.runs.values()) {
    const job = run.attempts.flatMap(({ jobs }) => jobs).find((each) => each.id === id);
    if (job !== undefined) return { status: 200, body: jobBody(call, run, job) };
  }
  return notFound;
}

function jobBody({ state, url }: Call, run: RecordedRun, job: RecordedJob): Record<string, unknown> {
  return {
    id: job.id,
    run_id: run.id,
    run_attempt: job.attempt,
    workflow_name: run.workflowName,
    name: job.name,
    head_sha: run.event.sha,
    head_branch: run.event.ref.replace(/^refs\/(?:heads|tags)\//, ""),
    status: job.status,
    conclusion: job.conclusion ?? null,
    created_at: job.createdAt,
    started_at: job.startedAt,
    completed_at: job.completedAt ?? null,
    labels: ["ubuntu-latest"],
    steps: job.steps.map((step, index) => ({
      name: step.name,
      number: index + 1,
      status: "completed",
      conclusion: step.conclusion,
    })),
    run_url: `${url}/repos/${state.repository}/actions/runs/${run.id}`,
    html_url: `https://github.com/${state.repository}/actions/runs/${run.id}/job/${job.id}`,
  };
}

function rerun({ host, caller }: Call, run: RecordedRun, kind: "failed" | "all"): Reply {
  const { refusal } = host.rerun(run, kind, caller.login);
  if (refusal === undefined) return { status: 201, body: {} };
  return { status: 403, body: { message: refusal, documentation_url: "https://docs.github.com/rest" } };
}

function cancel({ host }: Call, run: RecordedRun): Reply {
  if (latestAttempt(run).status === "completed") {
    return { status: 409, body: { message: "Cannot cancel a workflow run that is completed." } };
  }
  host.cancel(run);
  return { status: 202, body: {} };
}

function withRun(call: Call, answer: (run: RecordedRun) => Reply): Reply {
  const run = call.state.runs.get(Number(call.parameters["run_id"]));
  return run === undefined ? notFound : answer(run);
}

async function withWorkflow(
  call: Call,
  answer: (workflow: HostedWorkflow) => Reply | Promise<Reply>,
): Promise<Reply> {
  const wanted = call.parameters["workflow_id"] ?? "";
  const workflows = await call.host.workflows();
  const workflow = workflows.find(({ id, path }) => String(id) === wanted || basename(path) === wanted);
  return workflow === undefined ? notFound : answer(workflow);
}
