import { githubFault, isStatus, type GitHubClient } from "../ask-github.ts";
import type { JobIdentity } from "../job-identity.ts";
import { holdRef, type RunbookHold } from "../read-hold.ts";

type Repository = Pick<JobIdentity, "owner" | "repository">;

/** A file of a commit. */
type NewFile = { readonly path: string; readonly content: string };

/**
 * Puts a hold on a runbook: a ref to a commit without parents that holds `lock.json`. False when there is one already,
 * which GitHub decides, so that of two people only one is told that it is theirs. Four requests. Fault: github-failed.
 */
export async function createHold(
  client: GitHubClient,
  job: Repository,
  hold: RunbookHold & { readonly runbook: string },
): Promise<boolean> {
  const { runbook, who, why, since } = hold;
  const file = { path: "lock.json", content: `${JSON.stringify({ who, why, since }, undefined, 2)}\n` };
  const message = `Hold ${runbook}`;
  return commitToNewRef(client, job, { ref: `refs/${holdRef(runbook)}`, file, message, parent: undefined });
}

/** Takes a hold away. False when there is none. Fault: github-failed. */
export async function deleteHold(client: GitHubClient, job: Repository, runbook: string): Promise<boolean> {
  try {
    await client.rest.git.deleteRef({ owner: job.owner, repo: job.repository, ref: holdRef(runbook) });
    return true;
  } catch (cause) {
    if (isStatus(cause, 404) || isStatus(cause, 422)) return false;
    throw githubFault(cause);
  }
}

/** A branch with one file changed since a commit. False when the branch exists. Five requests. Fault: github-failed. */
export async function pushBranch(
  client: GitHubClient,
  job: Repository,
  change: {
    readonly branch: string;
    readonly parent: string;
    readonly file: NewFile;
    readonly message: string;
  },
): Promise<boolean> {
  const { branch, ...rest } = change;
  return commitToNewRef(client, job, { ...rest, ref: `refs/heads/${branch}` });
}

async function commitToNewRef(
  { rest }: GitHubClient,
  job: Repository,
  change: {
    readonly ref: string;
    readonly file: NewFile;
    readonly message: string;
    readonly parent: string | undefined;
  },
): Promise<boolean> {
  const here = { owner: job.owner, repo: job.repository };
  const { ref, file, message, parent } = change;
  try {
    const base =
      parent === undefined
        ? {}
        : { base_tree: (await rest.git.getCommit({ ...here, commit_sha: parent })).data.tree.sha };
    const entry = { path: file.path, mode: "100644", type: "blob", content: file.content } as const;
    const tree = await rest.git.createTree({ ...here, tree: [entry], ...base });
    const parents = parent === undefined ? [] : [parent];
    const commit = await rest.git.createCommit({ ...here, message, tree: tree.data.sha, parents });
    await rest.git.createRef({ ...here, ref, sha: commit.data.sha });
    return true;
  } catch (cause) {
    if (isStatus(cause, 422) && (cause as Error).message.includes("already exists")) return false;
    throw githubFault(cause);
  }
}
