import type { CommandApi } from "../commands/command-api.ts";
import type { CommentEvent } from "../commands/comment-event.ts";
import type { PlannedWrite } from "../commands/planned-write.ts";
import { createHold, deleteHold, pushBranch } from "../commands/ref-api.ts";
import { refuse } from "../commands/refusal.ts";
import type { CommandAnswer } from "../commands/render-reply.ts";
import type { GitHubClient } from "../ask-github.ts";
import type { JobIdentity } from "../job-identity.ts";
import type { ReadHold } from "../read-hold.ts";

/** What the job that writes refs needs; it can do nothing else. */
export type WriteEffects = {
  readonly job: JobIdentity;
  readonly now: () => Date;
  readonly client: GitHubClient;
  readonly api: Pick<CommandApi, "comment" | "permission">;
  readonly readHold: ReadHold;
  readonly serverUrl: string;
};

/**
 * Writes what a command was allowed: a hold, its release, or a branch with a waiver. Asks again what the comment says and
 * who it is for, since the job before did so some time ago; `gone` when the comment was deleted. Fault: github-failed.
 */
export async function runWriteJob(
  write: PlannedWrite,
  event: CommentEvent,
  effects: WriteEffects,
): Promise<CommandAnswer | "gone"> {
  const { login } = event.comment.user;
  const now = await effects.api.comment(event.comment.id);
  if (now === undefined) return "gone";
  if (now.body !== event.comment.body) return refuse("edited", "the comment was edited");
  const permission = await effects.api.permission(login);
  if (permission !== "admin" && permission !== "write")
    return refuse("no-permission", `your permission here is "${permission}"`);
  if (write.kind === "hold") return hold(write, login, effects);
  if (write.kind === "release") return release(write.runbook, effects);
  return waive(write, event, effects);
}

async function hold(
  { runbook, why }: Extract<PlannedWrite, { kind: "hold" }>,
  who: string,
  { client, job, now, readHold }: WriteEffects,
): Promise<CommandAnswer> {
  const since = now().toISOString();
  if (await createHold(client, job, { runbook, who, why, since })) {
    const text = `${runbook} is held since ${since}: no plan and no cell of it starts until it is released`;
    return { kind: "done", text };
  }
  const held = await readHold(runbook);
  return refuse(
    "already-held",
    `${held?.who ?? "somebody"} holds ${runbook} since ${held?.since ?? "before"}: ${held?.why ?? ""}`,
  );
}

async function release(runbook: string, { client, job, readHold }: WriteEffects): Promise<CommandAnswer> {
  const held = await readHold(runbook);
  if (!(await deleteHold(client, job, runbook))) return refuse("not-held", `nobody holds ${runbook}`);
  return {
    kind: "done",
    text: `${runbook} is released; ${held?.who ?? "somebody"} had held it since ${held?.since ?? "before"}`,
  };
}

async function waive(
  { runbook, id, content }: Extract<PlannedWrite, { kind: "waive" }>,
  { repository, comment }: CommentEvent,
  { client, job, serverUrl }: WriteEffects,
): Promise<CommandAnswer> {
  const branch = `cascade/waive-${id}`;
  const pushed = await pushBranch(client, job, {
    branch,
    parent: job.commit,
    file: { path: `runbooks/${runbook}/waivers.yml`, content },
    message: `Waive ${id}\n\nAsked for by ${comment.user.login}; whoever merges this approves it.`,
  });
  if (!pushed) return refuse("branch-exists", `there is a branch "${branch}" already`);
  const url = `${serverUrl}/${job.owner}/${job.repository}/compare/${repository.default_branch}...${branch}?expand=1`;
  return {
    kind: "done",
    text: `pushed the waiver as ${branch}. It holds once it is merged, for runs dispatched after that; whoever merges it approves it`,
    link: { title: "Open the pull request", url },
  };
}
