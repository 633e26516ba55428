import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { textOf } from "./expression.ts";
import { stepScope, type JobSession } from "./job-session.ts";
import { runProcessStep, type ProcessEnd } from "./run-process-step.ts";
import { evaluateTemplate } from "./template.ts";
import type { Step } from "./workflow.ts";

/** A step about to run: its environment evaluated, and the signal that ends it early. */
export type StepContext = {
  readonly step: Step;
  readonly environment: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
};

/** Runs a `run:` step in its shell. */
export async function runScript(session: JobSession, context: StepContext): Promise<ProcessEnd> {
  const { step, environment, signal } = context;
  const scope = stepScope(session, environment);
  const script = join(session.temp, `${randomUUID()}.sh`);
  writeFileSync(script, textOf(evaluateTemplate(step.run, scope)));
  const folder =
    textOf(evaluateTemplate(step.workingDirectory, scope)) ||
    (session.job.workingDirectory ?? session.workflow.workingDirectory ?? ".");
  const [file = "bash", ...args] = shellCommand(step.shell ?? session.job.shell ?? session.workflow.shell);
  return runProcessStep(session, {
    file,
    args: args.map((each) => (each === "{0}" ? script : each)),
    cwd: resolve(session.workspace, folder),
    env: environment,
    signal,
  });
}

/** Only a named `bash` gets `pipefail`. */
function shellCommand(shell: string | undefined): readonly string[] {
  if (shell === undefined) return ["bash", "-e", "{0}"];
  if (shell === "bash") return ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "{0}"];
  if (shell === "sh") return ["sh", "-e", "{0}"];
  if (shell.includes("{0}")) return shell.split(" ");
  throw new Error(`The runner does not model shell "${shell}"`);
}
