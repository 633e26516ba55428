import { formatDuration } from "../domain/format.ts";
import type { GitHubClient } from "./ask-github.ts";

/** Longest wait for a limit, and where a wait is told. */
type Patience = { readonly longestSeconds: number; readonly note: (text: string) => void };

const mostWaits = 3;

/** Octokit's own, and the answer to too many requests, whose wait is the limit's. */
const neverRepeated = [400, 401, 403, 404, 410, 422, 429, 451];

/**
 * Options of octokit's plugins: what fails for a moment is asked again, at most three times within 14 seconds, and a
 * limit of GitHub, primary or secondary, is waited for where it ends soon. A longer one is a refusal.
 */
export function requestPolicy({ longestSeconds, note }: Patience) {
  function onLimit(seconds: number, _request: unknown, _client: unknown, tries: number): boolean {
    const isShort = seconds <= longestSeconds && tries < mostWaits;
    const end = isShort
      ? `asking again in ${formatDuration(seconds * 1000)}`
      : "which takes too long to wait";
    note(`GitHub's limit of requests is reached: ${end}`);
    return isShort;
  }
  return {
    retry: { doNotRetry: neverRepeated },
    throttle: { onRateLimit: onLimit, onSecondaryRateLimit: onLimit },
    log: silent,
  };
}

/**
 * Leaves what may have been carried out though its answer was lost to whoever asked: octokit's plugin would repeat it,
 * and there would be two issues, comments or runs, or a hold taken away that was found gone. Returns the client.
 */
export function repeatOnlyWhatIsSafe<Client extends Pick<GitHubClient, "hook">>(client: Client): Client {
  client.hook.before("request", (options) => {
    const { method, request } = options;
    const isUnsafe = method === "POST" || method === "DELETE";
    // Requests share this part of their options, and the plugin writes into it.
    options.request = { ...request, ...(isUnsafe ? { retries: request["retries"] ?? 0 } : {}) };
  });
  return client;
}

/** What octokit would print by itself is told by faults. */
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };

function nothing(): void {
  // Nothing is printed.
}
