import { Buffer } from "node:buffer";
import type { getOctokit } from "@actions/github";
import { Fault } from "../errors.ts";
import type { JobIdentity } from "./job-identity.ts";
import { holdRef, parseHold, type ReadHold } from "./read-hold.ts";

/** GitHub's REST client as actions get it. */
export type GitHubClient = ReturnType<typeof getOctokit>;

/** Asks GitHub for holds with a job's token; one request when there is none, two when there is. */
export function holdReader(
  client: GitHubClient,
  { owner, repository: repo }: Pick<JobIdentity, "owner" | "repository">,
): ReadHold {
  return async (runbook) => {
    const ref = holdRef(runbook);
    const found = await orUndefined(client.rest.git.getRef({ owner, repo, ref }));
    if (found === undefined) return undefined;
    const lock = await orUndefined(
      client.rest.repos.getContent({ owner, repo, path: "lock.json", ref: found.data.object.sha }),
    );
    const content = lock?.data !== undefined && "content" in lock.data ? lock.data.content : "";
    return parseHold(Buffer.from(content, "base64").toString("utf8"));
  };
}

/** The answer, or undefined when GitHub says 404. Fault: github-failed for every other refusal. */
export async function orUndefined<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (cause) {
    if (isStatus(cause, 404)) return undefined;
    throw githubFault(cause);
  }
}

/** GitHub's refusal as something an operator can act on. */
export function githubFault(cause: unknown): Fault {
  const text = cause instanceof Error ? cause.message : String(cause);
  const status = refusalStatus(cause);
  const found = [status === undefined ? "" : `status ${status}`, text.trim()]
    .filter((part) => part !== "")
    .join(", ");
  return new Fault("github-failed", `Cannot ask GitHub: ${found === "" ? "it gave no reason" : found}`, {
    hint: isUnclear(cause)
      ? "GitHub may have done it all the same: look in the thread and in the Actions tab before you try again"
      : "Re-run the failed jobs; if it persists look at githubstatus.com and at the job's permissions",
    cause,
  });
}

/**
 * Whether something new was asked for that may be there: the answer was lost, or a server on the way failed. What has one
 * effect however often it is asked was asked again by then.
 */
export function isUnclear(cause: unknown): boolean {
  const { request } = (cause ?? {}) as { readonly request?: { readonly method?: string } };
  return (refusalStatus(cause) ?? 0) >= 500 && request?.method === "POST";
}

/** Whether GitHub refused with this status. */
export function isStatus(cause: unknown, status: number): boolean {
  return refusalStatus(cause) === status;
}

/** The status of an answer that was refused; undefined for anything else. */
export function refusalStatus(cause: unknown): number | undefined {
  if (typeof cause !== "object" || cause === null || !("status" in cause)) return undefined;
  return typeof cause.status === "number" ? cause.status : undefined;
}
