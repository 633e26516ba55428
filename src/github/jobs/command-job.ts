import { Fault } from "../../errors.ts";
import { listRunbooks } from "../../run/find-runbook.ts";
import { readArguments, type CommandArguments } from "../commands/command-arguments.ts";
import { parseCommandLine, type CommandName } from "../commands/command-line.ts";
import type { CommandApi } from "../commands/command-api.ts";
import type { CommentEvent } from "../commands/comment-event.ts";
import { carryOut, type CarryOutEffects, type HandedOver, type Outcome } from "../commands/carry-out.ts";
import { judgeCommand } from "../commands/judge-command.ts";
import { refusalOf, refuse, type Refusal } from "../commands/refusal.ts";
import { renderReply, type CommandAnswer } from "../commands/render-reply.ts";
import { subjectOf, type ThreadSubject } from "../commands/thread-subject.ts";
import type { JobEffects } from "../job-effects.ts";

/** What commands need besides the effects of every job. */
export type CommandEffects = CarryOutEffects &
  Pick<JobEffects, "job" | "voice"> & { readonly api: CommandApi };

/**
 * Answers the command of a comment, if it holds one: judges who asks and what, carries it out, and replies. Gives what
 * another job has to do, whose answer comes from there. A refusal is an answer, also GitHub's of what was asked of it.
 */
export async function runCommandJob(
  event: CommentEvent,
  effects: CommandEffects,
): Promise<HandedOver | undefined> {
  const line = parseCommandLine(event.comment.body);
  if (event.action !== "created" || line.kind === "none") return undefined;
  const asked = line.kind === "command" ? line.name : "help";
  const outcome =
    (await refuseAsker(event, asked, effects)) ??
    (line.kind === "command"
      ? await attempt(event, line, effects)
      : refuse("unknown-command", `there is no "${line.word}"${nearestText(line.nearest)}`));
  if (outcome === "gone") return undefined;
  if (outcome.kind === "write" || outcome.kind === "plan") return outcome;
  await replyTo(event, outcome, effects);
  return undefined;
}

/** Writes the answer into the thread and marks the comment with it; two requests. */
export async function replyTo(
  { comment, issue }: CommentEvent,
  answer: CommandAnswer,
  { api, voice }: Pick<CommandEffects, "api" | "voice">,
): Promise<void> {
  const command = comment.body.trim().split(/\r|\n/)[0] ?? "";
  const body = renderReply(answer, { commentId: comment.id, login: comment.user.login, command });
  await api.reply(issue.number, body);
  await api.react(comment.id, answer.kind === "done" ? "+1" : "confused");
  voice.log(answer.kind === "done" ? "Carried out" : `Refused: ${answer.reason}`);
}

/** Asks GitHub who it is and what has changed since; `gone` when the comment was deleted. */
async function refuseAsker(
  { comment, issue, repository }: CommentEvent,
  name: CommandName,
  { api, job }: Pick<CommandEffects, "api" | "job">,
): Promise<Refusal | "gone" | undefined> {
  const now = await api.comment(comment.id);
  if (now === undefined) return "gone";
  const isPull = (issue.pull_request ?? undefined) !== undefined;
  const permission = await api.permission(comment.user.login);
  const mayWrite = permission === "admin" || permission === "write";
  const { login, type } = comment.user;
  return judgeCommand({
    name,
    isBot: type === "Bot" || login.endsWith("[bot]"),
    isEdited: now.body !== comment.body,
    permission,
    pull: isPull ? { isFork: mayWrite && (await api.pull(issue.number)).isFork } : undefined,
    commit: { seen: job.commit, now: mayWrite ? await api.headOf(repository.default_branch) : job.commit },
  });
}

async function attempt(
  event: CommentEvent,
  { name, words }: { readonly name: CommandName; readonly words: readonly string[] },
  effects: CommandEffects,
): Promise<Outcome> {
  const runbooks = await listRunbooks();
  const args = readArguments(name, words, runbooks);
  if (args.kind === "refused") return args;
  const { comment, issue, repository } = event;
  const about =
    name === "help" ? { runbook: "", subject: undefined } : await find(event, args, { runbooks, ...effects });
  if ("kind" in about) return about;
  const isPullPlan = name === "plan" && (issue.pull_request ?? undefined) !== undefined;
  const command = {
    name,
    args,
    ...about,
    thread: issue.number,
    login: comment.user.login,
    branch: repository.default_branch,
    commit: effects.job.commit,
    ...(isPullPlan ? { pull: (await effects.api.pull(issue.number)).commit } : {}),
  };
  try {
    return await carryOut(command, effects);
  } catch (cause) {
    if (cause instanceof Fault) return refusalOf(cause);
    throw cause;
  }
}

type FoundSubject = { readonly runbook: string; readonly subject: ThreadSubject | undefined };

/** The runbook that the comment names, or that of the report in the thread, or the only one there is. */
async function find(
  { issue }: CommentEvent,
  { runbook: named }: CommandArguments,
  { api, runbooks }: Pick<CommandEffects, "api"> & { readonly runbooks: readonly string[] },
): Promise<FoundSubject | Refusal> {
  const own = subjectOf({ author: issue.user?.login ?? "", body: issue.body ?? "" }, true);
  const texts = own === undefined ? await api.comments(issue.number) : [];
  const reports = [own, ...texts.toReversed().map((text) => subjectOf(text, false))].filter(
    (subject) => subject !== undefined,
  );
  const subject = reports.find(({ runbook }) => runbook === (named ?? runbook));
  const [only, ...others] = runbooks;
  const runbook = named ?? subject?.runbook ?? (others.length === 0 ? only : undefined);
  if (runbook === undefined) return refuse("which-runbook", `there are ${runbooks.join(", ")}`);
  if (!runbooks.includes(runbook)) return refuse("unknown-runbook", `there is no runbook "${runbook}"`);
  return { runbook, subject };
}

function nearestText(nearest: string | undefined): string {
  return nearest === undefined ? "" : `; did you mean "${nearest}"?`;
}
