import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { InvalidFileCommand, parsePairs, refusalOfVariable } from "./file-commands.ts";
import { dictionaryOf } from "./expression.ts";
import type { JobSession } from "./job-session.ts";
import { githubVariables } from "./run-contexts.ts";
import { runProcess } from "./start-process.ts";
import { annotate, readStepOutput } from "./step-log.ts";

/** A process of a step, before the runner adds its own variables and command files. */
export type StepProcess = {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
};

/** How a process of a step ended, with what it wrote to its command files. */
export type ProcessEnd = {
  readonly isSuccess: boolean;
  readonly outputs: Readonly<Record<string, string>>;
  readonly state: Readonly<Record<string, string>>;
};

/** GitHub drops a step summary above this size. */
export const mostSummaryBytes = 1024 * 1024;

/** Runs a process of a step as the runner does: clean environment, command files, workflow commands on its output. */
export async function runProcessStep(session: JobSession, step: StepProcess): Promise<ProcessEnd> {
  const files = createCommandFiles(session.temp);
  const exitCode = await runProcess({
    file: step.file,
    args: step.args,
    cwd: step.cwd,
    env: { ...environmentOf(session), ...step.env, ...files },
    signal: step.signal,
    kill: session.loss.signal,
    graceMs: session.effects.graceMs ?? 1000,
    onLine: readStepOutput(session.log),
  });
  if (exitCode !== 0)
    annotate(session.log, { level: "error", message: `Process completed with exit code ${exitCode}.` });
  keepSummary(session, readFileSync(files.GITHUB_STEP_SUMMARY, "utf8"));
  try {
    addVariables(session, parsePairs(readFileSync(files.GITHUB_ENV, "utf8")));
    session.path.unshift(...readFileSync(files.GITHUB_PATH, "utf8").split("\n").filter(Boolean).toReversed());
    return {
      isSuccess: exitCode === 0,
      outputs: parsePairs(readFileSync(files.GITHUB_OUTPUT, "utf8")),
      state: parsePairs(readFileSync(files.GITHUB_STATE, "utf8")),
    };
  } catch (error) {
    if (!(error instanceof InvalidFileCommand)) throw error;
    annotate(session.log, { level: "error", message: `Unable to process file command: ${error.message}` });
    return { isSuccess: false, outputs: {}, state: {} };
  }
}

function createCommandFiles(temp: string) {
  const folder = mkdtempSync(join(temp, "_runner_file_commands-"));
  const files = {
    GITHUB_OUTPUT: join(folder, "set_output"),
    GITHUB_ENV: join(folder, "set_env"),
    GITHUB_PATH: join(folder, "add_path"),
    GITHUB_STATE: join(folder, "save_state"),
    GITHUB_STEP_SUMMARY: join(folder, "step_summary"),
  };
  for (const file of Object.values(files)) writeFileSync(file, "");
  return files;
}

function environmentOf(session: JobSession): Record<string, string> {
  return {
    HOME: session.temp,
    LANG: "C.UTF-8",
    CI: "true",
    ...session.environment,
    ...githubVariables(dictionaryOf(session.contexts["github"])),
    GITHUB_ACTIONS: "true",
    GITHUB_EVENT_PATH: join(session.temp, "_github_workflow", "event.json"),
    RUNNER_ARCH: "X64",
    RUNNER_ENVIRONMENT: "github-hosted",
    RUNNER_NAME: "fixture",
    RUNNER_OS: "Linux",
    RUNNER_TEMP: session.temp,
    RUNNER_TOOL_CACHE: join(session.temp, "_tool"),
    PATH: [...session.path, process.env["PATH"] ?? ""].join(":"),
  };
}

function addVariables(session: JobSession, pairs: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(pairs)) {
    const refusal = refusalOfVariable(name);
    if (refusal === undefined) session.environment[name] = value;
    else annotate(session.log, { level: "error", message: refusal });
  }
}

function keepSummary(session: JobSession, summary: string): void {
  const sizeBytes = Buffer.byteLength(summary);
  if (sizeBytes === 0) return;
  if (sizeBytes > mostSummaryBytes) {
    const message = `$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of 1024k, got ${Math.ceil(sizeBytes / 1024)}k.`;
    return annotate(session.log, { level: "error", message });
  }
  session.summaries.push(summary);
}
