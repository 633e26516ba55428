import { Fault } from "../../errors.ts";
import { githubFault, isStatus, isUnclear } from "../ask-github.ts";
import type { RepositoryName } from "./repository-name.ts";

/** What was asked of a repository, with its refusal as one of what somebody typed. Fault: github-failed. */
export async function onRemote<T>(name: RepositoryName, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    const isPlain = cause instanceof Fault && cause.code === "github-failed";
    throw isPlain ? remoteFault(cause.cause, name) : cause;
  }
}

/** GitHub's refusal of what somebody typed, with what they can do about it. Passes on what is a fault already. */
export function remoteFault(cause: unknown, { host, owner, repository }: RepositoryName): Fault {
  if (cause instanceof Fault) return cause;
  const found = githubFault(cause).message.replace(
    "Cannot ask GitHub",
    `Cannot ask ${host} about ${owner}/${repository}`,
  );
  return new Fault("github-failed", found, { hint: hintFor(cause, host), cause });
}

function hintFor(cause: unknown, host: string): string {
  if (isStatus(cause, 401))
    return `The token is not valid there: \`gh auth login --hostname ${host}\`, or set GH_TOKEN`;
  if (/rate limit/i.test(String(cause)))
    return "Wait until the limit is over; what runs goes on meanwhile: `cascade follow <run>`";
  if (isStatus(cause, 403)) {
    return "The token may not do that: it takes `actions: write` and `contents: write` (a classic token: `repo`) and write access";
  }
  if (isStatus(cause, 404))
    return "Look at the name (--repo owner/name), and whether the token may see the repository";
  return "Type the command again; if it persists look at githubstatus.com";
}

/** A dispatch that GitHub refused, with what mends it: the workflow is absent, disabled, or another than is compiled here. */
export function dispatchFault(
  cause: unknown,
  { name, workflow }: { readonly name: RepositoryName; readonly workflow: string },
): Fault {
  const fault = remoteFault(cause, name);
  if (isStatus(cause, 404)) {
    return new Fault(
      "workflow-missing",
      `Cannot dispatch: ${name.owner}/${name.repository} has no ${workflow} on its default branch`,
      {
        hint: "Write it with `cascade workflow`, commit it and merge it; or name the repository with --repo",
        cause,
      },
    );
  }
  if (isUnclear(cause)) {
    const hint = "GitHub may have started it: look at `cascade runs --github` before you dispatch again";
    return new Fault("github-failed", fault.message, { hint, cause });
  }
  if (!isStatus(cause, 422)) return fault;
  const found = fault.message;
  const hint = /disabled/i.test(found)
    ? `Enable it: gh workflow enable ${workflow}`
    : "The workflow there is another than this version compiles: write it with `cascade workflow`, commit it and merge it. A server from before 2026 knows no `queue` in `concurrency`: take that line out";
  return new Fault("github-failed", found, { hint, cause });
}
