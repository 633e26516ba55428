import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dictionaryOf, textOf, type Dictionary } from "./expression.ts";
import { stepScope, type JobSession } from "./job-session.ts";
import { writePrograms } from "./programs.ts";
import type { JobSeat, LegIdentity } from "./run-request.ts";
import type { LegResult } from "./run-result.ts";
import { jobScope, type RunState } from "./run-state.ts";
import { runStep } from "./run-step.ts";
import { annotate, holdsMask, openJobLog } from "./step-log.ts";
import { startTimer } from "./stopwatch.ts";
import { evaluateTemplate, evaluateTexts } from "./template.ts";
import type { Job, Permissions } from "./workflow.ts";

/** One job to run: a combination of its matrix, with the `strategy` context. */
export type Leg = {
  readonly job: Job;
  readonly identity: LegIdentity;
  readonly matrix: Dictionary;
  readonly strategy: Dictionary;
};

/** At most this many bytes of outputs per job. */
export const mostOutputBytes = 1024 * 1024;
const defaultPermissions: Permissions = { contents: "read", packages: "read" };
const defaultMinutes = 360;

/** Runs the steps of one job on a machine of its own, then what its actions left to do. */
export async function runLeg(run: RunState, leg: Leg, stop: AbortSignal): Promise<LegResult> {
  const session = openSession(run, leg);
  const cancel = (): void => session.cancellation.abort();
  stop.addEventListener("abort", cancel, { once: true });
  if (stop.aborted) cancel();
  const timer = startTimer(session, minutesOf(session), () => timeOut(session));
  run.sessions.add(session);
  run.notify({ kind: "job-started", job: leg.identity });
  try {
    await runSteps(session);
    return resultOf(session, leg);
  } finally {
    clearTimeout(timer);
    stop.removeEventListener("abort", cancel);
    run.sessions.delete(session);
    rmSync(session.temp, { recursive: true, force: true });
  }
}

/** A job that got no machine: skipped, cancelled while it waited, or impossible to start. */
export function legWithoutMachine(leg: Leg, conclusion: LegResult["conclusion"], fault?: string): LegResult {
  return {
    ...leg.identity,
    matrix: leg.matrix,
    conclusion,
    continueOnError: false,
    outputs: {},
    steps: [],
    annotations: fault === undefined ? [] : [{ level: "error", message: fault }],
    summaries: [],
    log: [],
  };
}

async function runSteps(session: JobSession): Promise<void> {
  for (const step of session.job.steps) {
    if (session.loss.signal.aborted) break;
    if (session.cancellation.signal.aborted) session.state = "cancelled";
    await runStep(session, step);
  }
  for (const post of session.posts.toReversed()) {
    if (session.loss.signal.aborted) break;
    const conclusion = await post.run();
    if (conclusion === "failure" && session.state === "success") session.state = "failure";
  }
  if (session.cancellation.signal.aborted) session.state = "cancelled";
}

function resultOf(session: JobSession, leg: Leg): LegResult {
  const isLost = session.loss.signal.aborted;
  if (isLost)
    annotate(session.log, {
      level: "error",
      message: "The hosted runner lost communication with the server.",
    });
  const outputs = isLost ? {} : outputsOf(session);
  const scope = { ...stepScope(session) };
  return {
    ...leg.identity,
    matrix: leg.matrix,
    conclusion: isLost ? "failure" : session.state,
    continueOnError: evaluateTemplate(session.job.continueOnError, scope) === true,
    outputs,
    steps: Object.values(session.steps),
    annotations: session.log.annotations,
    summaries: session.summaries,
    log: session.log.lines,
  };
}

function outputsOf(session: JobSession): Record<string, string> {
  const outputs = evaluateTexts(session.job.outputs, stepScope(session));
  for (const [name, value] of Object.entries(outputs)) {
    if (!holdsMask(session.log, value)) continue;
    delete outputs[name];
    annotate(session.log, {
      level: "warning",
      message: `Skip output '${name}' since it may contain secret.`,
    });
  }
  if (Buffer.byteLength(JSON.stringify(outputs)) <= mostOutputBytes) return outputs;
  annotate(session.log, { level: "error", message: "The job outputs exceed 1 MB." });
  session.state = "failure";
  return {};
}

function timeOut(session: JobSession): void {
  const message = `The job has exceeded the maximum execution time of ${minutesOf(session)} minutes.`;
  annotate(session.log, { level: "error", message });
  session.cancellation.abort();
}

function minutesOf(session: JobSession): number {
  return Number(evaluateTemplate(session.job.timeoutMinutes, stepScope(session)) ?? defaultMinutes);
}

function openSession(run: RunState, leg: Leg): JobSession {
  const { workflow, request, effects } = run;
  const permissions = leg.job.permissions ?? workflow.permissions ?? defaultPermissions;
  const seat = openSeat(run, leg, permissions);
  const temp = mkdtempSync(join(tmpdir(), "cascade-runner-"));
  const workspace = join(temp, "work");
  mkdirSync(workspace);
  writePrograms(join(temp, "bin"), effects);
  const contexts = contextsOf(run, leg, { seat, temp, workspace });
  const environment = evaluateTexts(workflow.env, { contexts });
  Object.assign(environment, evaluateTexts(leg.job.env, { contexts }));
  mkdirSync(join(temp, "_github_workflow"));
  const event = dictionaryOf(run.github)["event"] ?? {};
  writeFileSync(join(temp, "_github_workflow", "event.json"), JSON.stringify(event));
  return {
    workflow,
    job: leg.job,
    identity: leg.identity,
    permissions,
    effects,
    seat,
    checkout: request.checkout,
    workspace,
    temp,
    contexts,
    log: openJobLog([seat.token, ...Object.values(request.secrets ?? {})]),
    environment,
    path: [join(temp, "bin")],
    steps: {},
    summaries: [],
    posts: [],
    notify: run.notify,
    cancellation: new AbortController(),
    loss: new AbortController(),
    state: "success",
  };
}

function openSeat(run: RunState, leg: Leg, permissions: Permissions): JobSeat {
  const seat = run.effects.openSeat?.({ ...leg.identity, permissions });
  return seat ?? { token: "ghs_fixture", actionEnvironment: {} };
}

function contextsOf(
  run: RunState,
  leg: Leg,
  machine: { readonly seat: JobSeat; readonly temp: string; readonly workspace: string },
): Dictionary {
  const { seat, temp, workspace } = machine;
  return {
    ...jobScope(run, leg.job).contexts,
    github: {
      ...run.github,
      job: leg.job.id,
      token: seat.token,
      workspace,
      event_path: join(temp, "_github_workflow", "event.json"),
    },
    secrets: { ...run.request.secrets, GITHUB_TOKEN: seat.token },
    matrix: leg.matrix,
    strategy: leg.strategy,
    runner: {
      os: "Linux",
      arch: "X64",
      name: "fixture",
      environment: "github-hosted",
      temp,
      tool_cache: temp,
    },
  };
}

/** Text of a job's name for one combination: GitHub adds the values unless the name is an expression. */
export function nameOf(scope: { readonly contexts: Dictionary }, job: Job, suffix: string): string {
  if (job.name === undefined) return `${job.id}${suffix}`;
  const name = textOf(evaluateTemplate(job.name, scope));
  return job.name.isExpression ? name : `${name}${suffix}`;
}
