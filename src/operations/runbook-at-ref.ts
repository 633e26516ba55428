import { Fault } from "../errors.ts";
import { invalidRunbook } from "../run/read-runbook.ts";
import { checkSize, isHidden, largestFileBytes, type ListedFile } from "../runbook/check-size.ts";
import type { RunbookText } from "../runbook/parse-declaration.ts";
import { askGit } from "../run/ask-git.ts";

/**
 * The files of a runbook as a git ref has them; undefined when it has no such folder. Fault: unknown-name when there is
 * no such ref, or no repository; runbook-invalid for links and too many files.
 */
export async function readRunbookAtRef(
  { folder, name }: RunbookText,
  ref: string,
): Promise<RunbookText | undefined> {
  const commit = await commitOf(folder, ref);
  const listing = await askGit(folder, [
    "ls-tree",
    "-r",
    "-l",
    "-z",
    "--full-tree",
    `${commit}:${await pathOf(folder)}`,
  ]).catch(() => "");
  const entries = listing.split("\0").flatMap(parseEntry);
  if (!entries.some(({ path }) => path === "runbook.yml")) return undefined;
  const problems = checkSize(entries);
  if (problems.length > 0) throw invalidRunbook(`${folder} at ${ref}`, problems);
  const files = new Map<string, string>();
  for (const { hash, path, size } of entries) {
    if (isHidden(path) || size > largestFileBytes) continue;
    files.set(path, await askGit(folder, ["cat-file", "blob", hash]));
  }
  return { folder: `${folder} at ${ref}`, name, files };
}

/** Paths of files below a folder that differ from those of a git ref, from the root of the repository, new ones included. Fault: unknown-name. */
export async function changedPaths(folder: string, ref: string): Promise<readonly string[]> {
  const commit = await commitOf(".", ref);
  const asked = ["diff", "--no-ext-diff", "--no-textconv", "--name-only", "-z", commit, "--", folder];
  const others = ["ls-files", "--others", "--exclude-standard", "--full-name", "-z", "--", folder];
  const answers = [await askGit(".", asked), await askGit(".", others)];
  return answers.flatMap((answer) => answer.split("\0")).filter((path) => path !== "");
}

/** A line of `git ls-tree -l`: mode, kind, hash, size and path. */
function parseEntry(line: string): readonly (ListedFile & { readonly hash: string })[] {
  const [, mode, hash, size, path] = /^(\d+) blob (\S+) +(\d+)\t(.*)$/s.exec(line) ?? [];
  if (hash === undefined || path === undefined) return [];
  return [{ path, kind: mode === "120000" ? "link" : "file", size: Number(size), hash }];
}

async function commitOf(folder: string, ref: string): Promise<string> {
  try {
    return (await askGit(folder, ["rev-parse", "--verify", "--end-of-options", `${ref}^{commit}`])).trim();
  } catch (cause) {
    throw new Fault("unknown-name", `Cannot compare with "${ref}": git knows no such commit`, {
      hint: "Name a branch, tag or commit of this repository, and fetch it first",
      cause,
    });
  }
}

/** The folder's path inside its repository; empty at the root. */
async function pathOf(folder: string): Promise<string> {
  return (await askGit(folder, ["rev-parse", "--show-prefix"])).trim().replace(/\/$/, "");
}
