import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { readAction, type ActionDefinition } from "./action-definition.ts";
import { isTrue, textOf } from "./expression.ts";
import { stepScope, type JobSession } from "./job-session.ts";
import { nodeBinary } from "./node-binary.ts";
import { runProcessStep, type ProcessEnd } from "./run-process-step.ts";
import type { StepContext } from "./run-script.ts";
import { findStandIn } from "./stand-ins.ts";
import { annotate } from "./step-log.ts";
import { openStopwatch } from "./stopwatch.ts";
import { evaluateTemplate, evaluateTexts } from "./template.ts";

/** Where actions keep what they compiled, so that the next ones start faster. */
const compiled = join(import.meta.dirname, "../../../node_modules/.cache/compiled-actions");

/** Runs a `uses:` step: a local action as a child process, a third-party one through its stand-in. */
export async function runAction(session: JobSession, context: StepContext): Promise<ProcessEnd> {
  const uses = context.step.uses ?? "";
  const given = evaluateTexts(context.step.with, stepScope(session, context.environment));
  if (uses.startsWith("./")) return runLocalAction(session, { ...context, given, uses });
  const { isSuccess = true, outputs = {} } = await findStandIn(
    session,
    uses,
  )({ session, inputs: given, context });
  return { isSuccess, outputs, state: {} };
}

type LocalAction = StepContext & { readonly uses: string; readonly given: Readonly<Record<string, string>> };

async function runLocalAction(session: JobSession, action: LocalAction): Promise<ProcessEnd> {
  const definition = readAction(join(session.workspace, action.uses));
  if (definition.pre !== undefined) {
    const message = `\`pre\` execution is not supported for local action from '${action.uses}'`;
    annotate(session.log, { level: "warning", message });
  }
  const inputs = resolveInputs(session, definition, action);
  const variables = inputVariables(inputs);
  const state: Record<string, string> = {};
  if (definition.post !== undefined) leavePost(session, { definition, action, variables, state });
  const end = await startMain(session, { definition, main: definition.main, action, variables });
  Object.assign(state, end.state);
  return end;
}

function resolveInputs(
  session: JobSession,
  definition: ActionDefinition,
  { given, step }: LocalAction,
): Record<string, string> {
  const known = new Set(definition.inputs.map(({ name }) => name.toLowerCase()));
  const unknown = Object.keys(given).filter((name) => !known.has(name.toLowerCase()));
  if (unknown.length > 0) {
    const message = `Unexpected input(s) '${unknown.join("', '")}', valid inputs are ['${[...known].join("', '")}']`;
    annotate(session.log, { level: "warning", message });
  }
  for (const { name, deprecation } of definition.inputs) {
    if (deprecation === undefined || !(name in given)) continue;
    annotate(session.log, {
      level: "warning",
      message: `Input '${name}' has been deprecated with message: ${deprecation}`,
    });
  }
  const scope = stepScope(session);
  const defaults = definition.inputs.map(({ name, default: text }) => [
    name,
    textOf(evaluateTemplate(text, scope)),
  ]);
  return { ...Object.fromEntries(defaults), ...(step.with === undefined ? {} : given) };
}

function inputVariables(inputs: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [
      `INPUT_${name.replaceAll(" ", "_").toUpperCase()}`,
      value,
    ]),
  );
}

type Main = {
  readonly definition: ActionDefinition;
  readonly main: string;
  readonly action: LocalAction;
  readonly variables: Readonly<Record<string, string>>;
};

async function startMain(
  session: JobSession,
  { definition, main, action, variables }: Main,
): Promise<ProcessEnd> {
  const path = join(definition.folder, main);
  if (!existsSync(path)) throw new Error(`File not found: '${path}'`);
  return runProcessStep(session, {
    file: nodeBinary,
    args: [path],
    cwd: session.workspace,
    env: {
      // Jobs run side by side here: on tables so small more threads only cost.
      CASCADE_THREADS: "1",
      ...action.environment,
      ...session.seat.actionEnvironment,
      ...variables,
      NODE_COMPILE_CACHE: compiledFor(session),
      NODE_COMPILE_CACHE_PORTABLE: "1",
    },
    signal: action.signal,
  });
}

/** The common cache under a name beside the workspace: Node keys it by the way from there to a file. */
function compiledFor({ workspace }: JobSession): string {
  const link = join(workspace, "..", "compiled");
  mkdirSync(compiled, { recursive: true });
  if (!existsSync(link)) symlinkSync(compiled, link);
  return link;
}

type Post = Omit<Main, "main"> & { readonly state: Readonly<Record<string, string>> };

function leavePost(session: JobSession, { definition, action, variables, state }: Post): void {
  const main = definition.post ?? "";
  session.posts.push({
    name: `Post ${action.uses}`,
    condition: definition.postCondition,
    async run() {
      if (!isTrue(definition.postCondition, stepScope(session))) return "success";
      const states = Object.fromEntries(Object.entries(state).map(([key, value]) => [`STATE_${key}`, value]));
      using stopwatch = openStopwatch(session, Infinity);
      const env = { ...variables, ...states };
      const end = await startMain(session, {
        definition,
        main,
        action: { ...action, signal: stopwatch.signal },
        variables: env,
      });
      if (stopwatch.stoppedBy() !== undefined) return "cancelled";
      return end.isSuccess ? "success" : "failure";
    },
  });
}
