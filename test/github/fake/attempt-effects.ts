import type { JobSeat, RunnerEffects, RunnerMoment, StartingJob } from "../runner/run-request.ts";
import type { Permissions } from "../runner/workflow.ts";
import type { RecordedAttempt, RecordedJob, RecordedRun } from "./recorded-run.ts";
import { writeRuntimeToken } from "./results-service.ts";
import { actionsBot, type GitHubState } from "./state.ts";
import type { HostWorld } from "./workflow-host.ts";

/** The runner's effects for one attempt: jobs get tokens of their own and are recorded for the API. */
export function attemptEffects(world: HostWorld, run: RecordedRun, attempt: RecordedAttempt): RunnerEffects {
  const tokens = new Map<string, string>();
  return {
    ...world.effects,
    apiUrl: world.url(),
    folderOf: world.folderOf,
    openSeat(job) {
      const { seat, token } = openSeat(world, run, { attempt, job });
      tokens.set(job.jobId + job.key, token);
      return seat;
    },
    watch(moment, control) {
      record(world.state, attempt, moment);
      if (moment.kind === "job-completed")
        world.state.tokens.delete(tokens.get(moment.job.jobId + moment.job.key) ?? "");
      world.effects.watch?.(moment, control);
    },
  };
}

type Seating = { readonly attempt: RecordedAttempt; readonly job: StartingJob };

function openSeat(
  world: HostWorld,
  run: RecordedRun,
  { attempt, job }: Seating,
): { seat: JobSeat; token: string } {
  const { state } = world;
  const permissions = isFromFork(state, run) ? readOnly(job.permissions) : job.permissions;
  const recorded = recordedJob(state, attempt, job);
  const token = `ghs_${String(state.nextId()).padStart(36, "0")}`;
  state.tokens.set(token, { login: actionsBot, permissions, job: job.name });
  const runtimeToken = writeRuntimeToken({
    runId: run.id,
    generation: attempt.generation,
    attempt: attempt.attempt,
    backendRun: `run-${run.id}-${attempt.generation}`,
    backendJob: `job-${recorded.id}`,
  });
  const identity = {
    ACTIONS_ID_TOKEN_REQUEST_URL: `${world.url()}/token`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: "identity",
  };
  return {
    token,
    seat: {
      token,
      actionEnvironment: {
        ACTIONS_RUNTIME_TOKEN: runtimeToken,
        ACTIONS_RUNTIME_URL: `${world.url()}/`,
        ACTIONS_RESULTS_URL: `${world.url()}/`,
        ...(permissions["id-token"] === "write" && identity),
      },
    },
  };
}

/** Whether the run's commit is from another repository: it reads only, and sees no secrets. */
export function isFromFork(state: GitHubState, run: RecordedRun): boolean {
  return run.headRepository !== state.repository;
}

function readOnly(permissions: Permissions): Permissions {
  const entries = Object.entries(permissions).filter(([name]) => name !== "id-token");
  return Object.fromEntries(
    entries.map(([name, access]) => [name, access === "write" ? ("read" as const) : access]),
  );
}

function record(state: GitHubState, attempt: RecordedAttempt, moment: RunnerMoment): void {
  if (moment.kind === "step-started") return;
  const job = recordedJob(state, attempt, moment.job);
  if (moment.kind === "job-started") {
    job.status = "in_progress";
    job.startedAt = state.now();
  }
  if (moment.kind === "job-completed") {
    job.status = "completed";
    job.conclusion = moment.result.conclusion;
    job.completedAt = state.now();
    job.steps = moment.result.steps;
  }
}

function recordedJob(
  state: GitHubState,
  attempt: RecordedAttempt,
  job: Pick<StartingJob, "jobId" | "key" | "name">,
): RecordedJob {
  const known = attempt.jobs.find(({ jobId, key }) => jobId === job.jobId && key === job.key);
  if (known !== undefined) return known;
  const at = state.now();
  const recorded: RecordedJob = {
    id: state.nextId(),
    jobId: job.jobId,
    key: job.key,
    name: job.name,
    attempt: attempt.attempt,
    createdAt: at,
    startedAt: at,
    completedAt: undefined,
    status: "queued",
    conclusion: undefined,
    steps: [],
  };
  attempt.jobs.push(recorded);
  return recorded;
}
