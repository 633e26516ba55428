import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Fault } from "../../errors.ts";
import { invalidRunbook } from "../../run/read-runbook.ts";
import { checkSize, isHidden, largestFileBytes, type ListedFile } from "../../runbook/check-size.ts";
import { githubFault, type GitHubClient } from "../ask-github.ts";
import type { JobIdentity } from "../job-identity.ts";

/** A file of a commit, by its path inside the runbook's folder. */
type CommittedFile = ListedFile & { readonly sha: string };

/**
 * Puts a runbook's files as a commit has them into a folder, as data: nothing of the commit is checked out. Two requests,
 * and one for each file that the checkout has otherwise. Faults: github-failed, unknown-name where the commit has no
 * such runbook, runbook-invalid for links and too many files, before any is asked for.
 */
export async function fetchRunbookAt(
  client: GitHubClient,
  job: Pick<JobIdentity, "owner" | "repository">,
  wanted: { readonly runbook: string; readonly commit: string; readonly folder: string },
): Promise<void> {
  const { runbook, commit, folder } = wanted;
  const home = `runbooks/${runbook}`;
  const listed = await listFiles(client, job, { commit, home });
  const problems = checkSize(listed);
  if (problems.length > 0) throw invalidRunbook(home, problems);
  const files = listed.filter(({ path, size }) => !isHidden(path) && size <= largestFileBytes);
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
): Promise<readonly CommittedFile[]> {
  try {
    const { data } = await rest.git.getCommit({ owner, repo, commit_sha: commit });
    const tree = await rest.git.getTree({ owner, repo, tree_sha: data.tree.sha, recursive: "1" });
    if (tree.data.truncated) throw new Error(`the tree of ${commit} is too large to list`);
    return tree.data.tree.flatMap(({ path, mode, sha, size = 0 }) => {
      const isRegular = mode === "100644" || mode === "100755";
      if ((!isRegular && mode !== "120000") || !path.startsWith(`${home}/`)) return [];
      const inside = path.slice(home.length + 1);
      if (inside.split("/").includes("..")) return [];
      return [{ path: inside, kind: isRegular ? "file" : "link", size, sha }];
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
