import type { Markdown } from "../../report/text/markdown-text.ts";
import { githubFault, orUndefined, type GitHubClient } from "../ask-github.ts";
import type { JobIdentity } from "../job-identity.ts";
import type { Permission } from "./judge-command.ts";
import type { ThreadText } from "./thread-subject.ts";

/** A run as far as a retry depends on it. */
export type RunFacts = {
  readonly id: number;
  /** Path of its workflow's file in this repository; undefined for a run of another one's code. */
  readonly workflow: string | undefined;
  readonly attempt: number;
  readonly url: string;
  readonly isFinished: boolean;
  /** Names of the jobs of the newest attempt that did not end well. */
  readonly redJobs: readonly string[];
};

/** A pull request: whether it is a fork's, and its newest commit. */
export type PullFacts = { readonly isFork: boolean; readonly commit: string };

/** What commands ask of GitHub, a request each. Fault of each: github-failed. */
export type CommandApi = ReturnType<typeof openCommandApi>;

/** Commands' requests with a job's token. */
export function openCommandApi(client: GitHubClient, job: Pick<JobIdentity, "owner" | "repository">) {
  const { rest, paginate } = client;
  const here = { owner: job.owner, repo: job.repository };
  return {
    /** The comment as it is now; undefined when it is gone. */
    async comment(id: number): Promise<{ readonly body: string } | undefined> {
      const found = await orUndefined(rest.issues.getComment({ ...here, comment_id: id }));
      return found === undefined ? undefined : { body: found.data.body ?? "" };
    },
    async permission(login: string): Promise<Permission> {
      const found = await orUndefined(
        rest.repos.getCollaboratorPermissionLevel({ ...here, username: login }),
      );
      const { permission } = found?.data ?? {};
      return permission === "admin" || permission === "write" || permission === "read" ? permission : "none";
    },
    /** Where a pull request comes from; one of a repository that was deleted counts as a fork's. */
    async pull(number: number): Promise<PullFacts> {
      const { data } = await asked(rest.pulls.get({ ...here, pull_number: number }));
      const isFork = data.head.repo?.full_name !== `${here.owner}/${here.repo}`;
      return { isFork, commit: data.head.sha };
    },
    async headOf(branch: string): Promise<string> {
      return (await asked(rest.repos.getBranch({ ...here, branch }))).data.commit.sha;
    },
    /** The comments of the thread, the oldest first; a request for each hundred. */
    async comments(thread: number): Promise<readonly ThreadText[]> {
      const list = { ...here, issue_number: thread, per_page: 100 };
      const found = await asked(paginate(rest.issues.listComments, list));
      return found.map(({ user, body }) => ({ author: user?.login ?? "", body: body ?? "" }));
    },
    /** Dispatches on the default branch; false when there is no such workflow. */
    async dispatch(
      workflow: string,
      { ref, inputs }: { readonly ref: string; readonly inputs: Readonly<Record<string, string>> },
    ): Promise<boolean> {
      const request = { ...here, workflow_id: workflow, ref, inputs: { ...inputs } };
      return (await orUndefined(rest.actions.createWorkflowDispatch(request))) !== undefined;
    },
    /** A run and the red jobs of its newest attempt; two requests, none the second while it is going on. */
    run: (id: number) => readRun(client, { ...here, run_id: id }),
    async retry(run: number): Promise<void> {
      await asked(rest.actions.reRunWorkflowFailedJobs({ ...here, run_id: run }));
    },
    async reply(thread: number, body: Markdown): Promise<void> {
      await asked(rest.issues.createComment({ ...here, issue_number: thread, body }));
    },
    async react(comment: number, content: "+1" | "confused"): Promise<void> {
      await asked(rest.reactions.createForIssueComment({ ...here, comment_id: comment, content }));
    },
  };
}

async function readRun(
  { rest, paginate }: GitHubClient,
  named: { readonly owner: string; readonly repo: string; readonly run_id: number },
): Promise<RunFacts | undefined> {
  const found = await orUndefined(rest.actions.getWorkflowRun(named));
  if (found === undefined) return undefined;
  const { status, html_url: url, run_attempt: attempt = 1, path, head_repository: from } = found.data;
  const isOwn = from?.full_name === `${named.owner}/${named.repo}`;
  const workflow = isOwn ? path.split("@")[0] : undefined;
  const isFinished = status === "completed";
  const list = { ...named, attempt_number: attempt, per_page: 100 };
  const jobs = isFinished ? await asked(paginate(rest.actions.listJobsForWorkflowRunAttempt, list)) : [];
  const red = jobs.filter(({ conclusion }) => conclusion !== "success" && conclusion !== "skipped");
  return { id: named.run_id, workflow, attempt, url, isFinished, redJobs: red.map(({ name }) => name) };
}

async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    throw githubFault(cause);
  }
}
