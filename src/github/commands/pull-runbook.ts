import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Fault } from "../../errors.ts";
import { githubFault, type GitHubClient } from "../ask-github.ts";
import type { JobIdentity } from "../job-identity.ts";

/** A file of a commit, by its path inside the runbook's folder. */
type ListedFile = { readonly path: string; readonly sha: string };

/** Largest file that a runbook reads. */
const largestBytes = 5_000_000;

/**
 * Puts a runbook's files as a commit has them into a folder, as data: nothing of the commit is checked out. Two requests,
 * and one for each file that the checkout has otherwise. Faults: github-failed, unknown-name where the commit has no
 * such runbook.
 */
export async function fetchRunbookAt(
  client: GitHubClient,
  job: Pick<JobIdentity, "owner" | "repository">,
  wanted: { readonly runbook: string; readonly commit: string; readonly folder: string },
): Promise<void> {
  const { runbook, commit, folder } = wanted;
  const home = `runbooks/${runbook}`;
  const files = await listFiles(client, job, { commit, home });
  if (!files.some(({ path }) => path === "runbook.yml")) {
    throw new Fault(
      "unknown-name",
      `Cannot read the runbook "${runbook}": the pull request has no such folder`,
      {
        hint: "Name a runbook that the pull request has",
      },
    );
  }
  await rm(folder, { recursive: true, force: true });
  for (const file of files) {
    const [own, target] = [join(home, file.path), join(folder, file.path)];
    await mkdir(dirname(target), { recursive: true });
    if ((await blobShaOf(own)) === file.sha) await copyFile(own, target);
    else await writeFile(target, await fetchBlob(client, job, file.sha));
  }
}

async function listFiles(
  { rest }: GitHubClient,
  { owner, repository: repo }: Pick<JobIdentity, "owner" | "repository">,
  { commit, home }: { readonly commit: string; readonly home: string },
): Promise<readonly ListedFile[]> {
  try {
    const { data } = await rest.git.getCommit({ owner, repo, commit_sha: commit });
    const tree = await rest.git.getTree({ owner, repo, tree_sha: data.tree.sha, recursive: "1" });
    if (tree.data.truncated) throw new Error(`the tree of ${commit} is too large to list`);
    return tree.data.tree.flatMap(({ path, mode, sha, size = 0 }) => {
      const isRegular = mode === "100644" || mode === "100755";
      if (!isRegular || !path.startsWith(`${home}/`) || size > largestBytes) return [];
      const inside = path.slice(home.length + 1);
      return inside.split("/").includes("..") ? [] : [{ path: inside, sha }];
    });
  } catch (cause) {
    throw githubFault(cause);
  }
}

async function fetchBlob(
  { rest }: GitHubClient,
  { owner, repository: repo }: Pick<JobIdentity, "owner" | "repository">,
  sha: string,
): Promise<Buffer> {
  try {
    return Buffer.from((await rest.git.getBlob({ owner, repo, file_sha: sha })).data.content, "base64");
  } catch (cause) {
    throw githubFault(cause);
  }
}

/** The name that git gives a file's content; undefined when there is no such file. */
async function blobShaOf(path: string): Promise<string | undefined> {
  const content = await readFile(path).catch(() => undefined);
  if (content === undefined) return undefined;
  return createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex");
}
