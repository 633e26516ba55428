import { Octokit } from "octokit";
import { formatDuration } from "../../domain/format.ts";

/** GitHub's REST client as the command line has it: with pages, retries and GitHub's limits. */
export type RemoteClient = Octokit;

/** Longest wait for a limit of GitHub to end; a longer one is a refusal. */
const longestWaitSeconds = 900;
const mostWaits = 3;

/**
 * A client with a person's token. What fails for a moment is asked again, and a limit that ends soon is waited for and
 * told; both are the work of octokit's own plugins.
 */
export function openRemoteClient(access: {
  readonly token: string;
  readonly apiAddress: string;
  readonly note: (text: string) => void;
}): RemoteClient {
  function wait(seconds: number, _request: unknown, _client: unknown, tries: number): boolean {
    const isShort = seconds <= longestWaitSeconds && tries < mostWaits;
    const end = isShort
      ? `asking again in ${formatDuration(seconds * 1000)}`
      : "which takes too long to wait";
    access.note(`GitHub's limit of requests is reached: ${end}`);
    return isShort;
  }
  return new Octokit({
    auth: access.token,
    baseUrl: access.apiAddress,
    userAgent: "cascade-backfill",
    log: silent,
    throttle: {
      onRateLimit: wait,
      onSecondaryRateLimit: wait,
    },
  });
}

/** What octokit would print by itself is told by faults. */
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };

function nothing(): void {
  // Nothing is printed.
}
