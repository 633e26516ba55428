import { engines, localEngine } from "../../engines/engine-table.ts";
import type { DateRange } from "../../domain/calendar-date.ts";
import { unreachable } from "../../errors.ts";
import { mayRunAgain } from "../recovery/decide-recovery.ts";
import type { FetchRecovery } from "../recovery/fetch-recovery.ts";
import { workflowFile } from "../workflow/workflow-name.ts";
import type { CommandArguments } from "./command-arguments.ts";
import type { CommandApi, RunFacts } from "./command-api.ts";
import type { CommandName } from "./command-line.ts";
import type { PlannedPull } from "./planned-pull.ts";
import type { PlannedWrite } from "./planned-write.ts";
import { refuse, type Refusal } from "./refusal.ts";
import type { CommandAnswer } from "./render-reply.ts";
import type { ThreadSubject } from "./thread-subject.ts";

/** What `/cascade help` shows. */
const helpText = `/cascade plan   [--start-date D --end-date D | --dates D,D] [--processor A,B] [--phase N]   what would run, and why
/cascade run    [the same] [--with-upstream] [--no-resume] [--fresh] [--allow-empty]          dispatch the backfill
/cascade retry                                                                                re-run the failed jobs of the last run
/cascade status [the same]                                                                    the state of every partition
/cascade why    <processor> <date> [entity]                                                   the facts behind one
/cascade waive  --processor P (--period ID --max-rate 0.18 | --dates D,D [--entity A,B]) --reason "…" --expires D
/cascade hold   [reason]                                                                      nothing runs until it is released
/cascade release
The runbook and its dates are those of the report in this thread; name another runbook behind the command.`;

/** A command that may be carried out, with all that it needs to know. */
export type AllowedCommand = {
  readonly name: CommandName;
  readonly args: CommandArguments;
  readonly runbook: string;
  /** The report in the thread, if there is one of the runbook. */
  readonly subject: ThreadSubject | undefined;
  readonly thread: number;
  readonly login: string;
  readonly branch: string;
  readonly commit: string;
  /** Newest commit of the pull request that the thread is of. */
  readonly pull?: string;
};

/** What carrying out needs. */
export type CarryOutEffects = {
  readonly api: Pick<CommandApi, "dispatch" | "run" | "retry">;
  readonly isHeld: (runbook: string) => Promise<boolean>;
  readonly fetchRecovery: FetchRecovery;
  /** Keeps the newest published state for the job that plans, and gives its name; undefined when there is none. */
  readonly handState: (runbook: string) => Promise<string | undefined>;
  /** Runs a command line on the newest published state; undefined when there is none. */
  readonly typeLine: (
    runbook: string,
    line: { readonly name: string; readonly args: readonly string[] },
  ) => Promise<{ readonly exitCode: number; readonly text: string } | undefined>;
  /** Text of the runbook's waivers.yml as a command line left it. */
  readonly readWaivers: (runbook: string) => Promise<string>;
};

/** What another job has to do, with the rights that it takes: write, or plan what nobody has reviewed. */
export type HandedOver =
  | { readonly kind: "write"; readonly write: PlannedWrite }
  | { readonly kind: "plan"; readonly plan: PlannedPull };

/** What became of a command: an answer, or what another job is to do. */
export type Outcome = CommandAnswer | HandedOver;

/** Attempts of a run after which a new one is the better way. */
const mostAttempts = 10;

/** Carries out a command that was allowed. Faults: those of the command line, github-failed. */
export async function carryOut(command: AllowedCommand, effects: CarryOutEffects): Promise<Outcome> {
  const { name, args, runbook } = command;
  switch (name) {
    case "help":
      return { kind: "done", text: "these are the commands", output: helpText };
    case "plan":
      return command.pull === undefined ? plan(command, effects) : planPull(command, command.pull, effects);
    case "status":
      return onState(command, effects, { name, args: [runbook, ...selectionOf(command)] });
    case "why":
      return onState(command, effects, { name, args: [runbook, ...args.positionals] });
    case "run":
      return dispatch(command, effects);
    case "retry":
      return retry(command, effects);
    case "waive":
      return waive(command, effects);
    case "hold":
      return { kind: "write", write: { kind: "hold", runbook, why: String(args.options["reason"] ?? "") } };
    case "release":
      return { kind: "write", write: { kind: "release", runbook } };
    default:
      return unreachable(name);
  }
}

function plan(command: AllowedCommand, effects: CarryOutEffects): Promise<CommandAnswer> {
  return onState(command, effects, { name: "plan", args: [command.runbook, ...selectionOf(command)] });
}

/** Has another job plan the runbook of a pull request: this one may write, and reads nothing of it. */
async function planPull(
  command: AllowedCommand,
  commit: string,
  { handState }: CarryOutEffects,
): Promise<Outcome> {
  const { runbook, subject } = command;
  const state = isPublished(subject) ? await handState(runbook) : undefined;
  if (state === undefined) return withoutState(runbook);
  return { kind: "plan", plan: { runbook, commit, state, options: [...selectionOf(command)] } };
}

async function onState(
  { runbook, subject }: AllowedCommand,
  effects: CarryOutEffects,
  line: { readonly name: string; readonly args: readonly string[] },
): Promise<CommandAnswer> {
  if (!isPublished(subject)) return withoutState(runbook);
  const typed = await effects.typeLine(runbook, line);
  if (typed === undefined) return withoutState(runbook);
  return {
    kind: "done",
    text: `${line.name} of ${runbook}, on the state of its newest run`,
    output: typed.text,
  };
}

/** Whether the runs that a thread is about publish a state; also where it is about none. */
function isPublished(subject: ThreadSubject | undefined): boolean {
  return engines[subject?.warehouse ?? localEngine.name].jobs.tables === "in-artifacts";
}

function withoutState(runbook: string): Refusal {
  return refuse("no-state", `no state of ${runbook} can be read here`);
}

/** Options of the comment as those of the command line; without dates, the range of the thread's report. */
function selectionOf({ args, subject }: AllowedCommand): readonly string[] {
  const given = Object.entries(args.options).flatMap(([name, value]) =>
    typeof value === "string" ? [`--${name}=${value}`] : [],
  );
  return [...given, ...(hasDates(args) ? [] : rangeOptions(subject?.range))];
}

function rangeOptions(range: DateRange | undefined): readonly string[] {
  return range === undefined ? [] : [`--start-date=${range.from}`, `--end-date=${range.to}`];
}

function hasDates({ options }: CommandArguments): boolean {
  return ["start-date", "end-date", "dates"].some((name) => options[name] !== undefined);
}

async function dispatch(command: AllowedCommand, { api, isHeld }: CarryOutEffects): Promise<CommandAnswer> {
  const { runbook, subject, branch } = command;
  if (await isHeld(runbook)) return refuse("on-hold", `${runbook} is held`);
  const workflow = workflowFile(runbook, subject?.warehouse ?? localEngine.name);
  if (!(await api.dispatch(workflow, { ref: branch, inputs: inputsOf(command) })))
    return refuse("no-workflow", `there is no workflow "${workflow}"`);
  const range = hasDates(command.args) ? undefined : subject?.range;
  const about = range === undefined ? "" : ` of ${range.from} to ${range.to}`;
  return { kind: "done", text: `dispatched ${workflow}${about}; its report comes here` };
}

function inputsOf(command: AllowedCommand): Readonly<Record<string, string>> {
  const { args, subject, thread, login, commit } = command;
  const { processor, resume, fresh, ...rest } = args.options;
  const texts = Object.entries(rest).map(([name, value]) => [name, String(value)] as const);
  const range = hasDates(args) ? undefined : subject?.range;
  return {
    ...Object.fromEntries(texts),
    ...(range === undefined ? {} : { "start-date": range.from, "end-date": range.to }),
    ...(processor === undefined ? {} : { processors: String(processor) }),
    ...(resume === false ? { resume: "false" } : {}),
    ...(fresh === true ? { state: "fresh" } : {}),
    "report-to": range !== undefined && subject?.isOwnIssue === true ? "new" : `#${thread}`,
    "expected-sha": commit,
    "requested-by": login,
  };
}

async function retry(
  { subject, runbook }: AllowedCommand,
  { api, fetchRecovery }: CarryOutEffects,
): Promise<CommandAnswer> {
  const run = subject === undefined ? undefined : await api.run(subject.runId);
  if (run === undefined || subject === undefined)
    return refuse("nothing-to-retry", `this thread has no run of ${runbook}`);
  // Other workflows write as ours do, and may repeat what strangers wrote.
  if (run.workflow !== `.github/workflows/${workflowFile(runbook, subject.warehouse)}`)
    return refuse("nothing-to-retry", `run ${run.id} is no backfill of ${runbook}`);
  if (!run.isFinished) return refuse("still-running", `run ${run.id} is going on`);
  const { redJobs } = run;
  if (redJobs.length === 0) return refuse("nothing-to-retry", `every job of run ${run.id} is green`);
  if (await isOnlyJudged(run, fetchRecovery))
    return refuse("budget-only", `in run ${run.id} only gates and the report are red`);
  if (run.attempt >= mostAttempts)
    return refuse("too-many-attempts", `run ${run.id} has had ${run.attempt} attempts`);
  await api.retry(run.id);
  const text = `re-running ${redJobs.length} jobs of run ${run.id} as attempt ${run.attempt + 1}`;
  return { kind: "done", text, link: { title: "The run", url: run.url } };
}

/** Whether all that is red judges rows which running again would give again. */
export async function isOnlyJudged(
  { id, attempt, redJobs }: Pick<RunFacts, "id" | "attempt" | "redJobs">,
  fetchRecovery: FetchRecovery,
): Promise<boolean> {
  if (redJobs.every((name) => name === "Report")) return true;
  if (!redJobs.every((name) => name === "Report" || name.startsWith("Gate "))) return false;
  const file = await fetchRecovery(id, attempt);
  return file !== undefined && !mayRunAgain(file);
}

async function waive(command: AllowedCommand, effects: CarryOutEffects): Promise<Outcome> {
  const { runbook, args, login, subject } = command;
  if (!isPublished(subject)) return withoutState(runbook);
  const options = Object.entries(args.options).map(([name, value]) => `--${name}=${String(value)}`);
  const line = { name: "waive", args: [runbook, ...options, `--approver=${login}`, "--json"] };
  const typed = await effects.typeLine(runbook, line);
  if (typed === undefined) return withoutState(runbook);
  const { waiver } = JSON.parse(typed.text) as { readonly waiver: { readonly id: string } };
  const content = await effects.readWaivers(runbook);
  return { kind: "write", write: { kind: "waive", runbook, id: waiver.id, content } };
}
