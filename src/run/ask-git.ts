import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);
const largestOutputBytes = 50_000_000;

/**
 * A folder of a checkout may hold files that make it look like a bare repository, with a configuration that names programs
 * for git to start. So git takes no such folder for one, and asks no program what has changed.
 * See https://git-scm.com/docs/git-config#Documentation/git-config.txt-safebareRepository
 */
const settings = ["-c", "safe.bareRepository=explicit", "-c", "core.fsmonitor=false"];

/** What git prints when it is asked in a folder. Rejects where it refuses, and where there is no git. */
export async function askGit(folder: string, args: readonly string[]): Promise<string> {
  const words = [...settings, "-C", folder, ...args];
  return (await run("git", words, { maxBuffer: largestOutputBytes })).stdout;
}

/** The commit of the clone that a folder lies in, with `-dirty` where something differs from it; undefined outside. */
export async function commitOfClone(folder: string): Promise<string | undefined> {
  const words = ["describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"];
  return askGit(folder, words).then(
    (text) => text.trim(),
    () => undefined,
  );
}
