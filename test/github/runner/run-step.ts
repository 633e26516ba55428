import { isTrue, textOf } from "./expression.ts";
import { stepScope, type JobSession } from "./job-session.ts";
import { runAction } from "./run-action.ts";
import { runScript } from "./run-script.ts";
import type { Conclusion, StepResult } from "./run-result.ts";
import { annotate } from "./step-log.ts";
import { openStopwatch } from "./stopwatch.ts";
import { evaluateTemplate, evaluateTexts, textIn } from "./template.ts";
import type { Step } from "./workflow.ts";

type Executed = Pick<StepResult, "outcome" | "outputs">;

/** Runs one step of a job, or skips it, and takes its result into the job. */
export async function runStep(session: JobSession, step: Step): Promise<void> {
  const id = step.id ?? `__${Object.keys(session.steps).length + 1}`;
  const { outcome, outputs } = await attempt(session, step);
  const isForgiven = outcome === "failure" && mayFail(session, step);
  const conclusion: Conclusion = isForgiven ? "success" : outcome;
  session.steps[id] = { id, name: nameOf(session, step), outcome, conclusion, outputs };
  if (conclusion === "cancelled") session.state = "cancelled";
  if (conclusion === "failure" && session.state === "success") session.state = "failure";
}

async function attempt(session: JobSession, step: Step): Promise<Executed> {
  try {
    const environment = evaluateTexts(step.env, stepScope(session));
    if (!isTrue(step.condition, stepScope(session, environment))) return { outcome: "skipped", outputs: {} };
    return await execute(session, step, environment);
  } catch (error) {
    annotate(session.log, {
      level: "error",
      message: error instanceof Error ? error.message : String(error),
    });
    return { outcome: "failure", outputs: {} };
  }
}

async function execute(
  session: JobSession,
  step: Step,
  environment: Record<string, string>,
): Promise<Executed> {
  const minutes = Number(evaluateTemplate(step.timeoutMinutes, stepScope(session, environment)) ?? Infinity);
  using stopwatch = openStopwatch(session, minutes);
  session.notify({ kind: "step-started", job: session.identity, step: nameOf(session, step) });
  const context = { step, environment, signal: stopwatch.signal };
  const { isSuccess, outputs } = await (step.run === undefined
    ? runAction(session, context)
    : runScript(session, context));
  if (stopwatch.stoppedBy() === "cancellation") return { outcome: "cancelled", outputs };
  if (stopwatch.stoppedBy() === "timeout") {
    annotate(session.log, { level: "error", message: `The action has timed out after ${minutes} minutes.` });
    return { outcome: "failure", outputs };
  }
  return { outcome: isSuccess ? "success" : "failure", outputs };
}

function mayFail(session: JobSession, step: Step): boolean {
  return evaluateTemplate(step.continueOnError, stepScope(session)) === true;
}

function nameOf(session: JobSession, step: Step): string {
  const given = textOf(evaluateTemplate(step.name, stepScope(session)));
  if (given !== "") return given;
  return `Run ${step.uses ?? textIn(step.run)?.trim().split("\n")[0] ?? ""}`;
}
