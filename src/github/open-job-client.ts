import { getOctokit } from "@actions/github";
import { retry } from "@octokit/plugin-retry";
import { throttling, type ThrottlingOptions } from "@octokit/plugin-throttling";
import type { GitHubClient } from "./ask-github.ts";
import type { JobVoice } from "./job-effects.ts";
import { repeatOnlyWhatIsSafe, requestPolicy } from "./request-policy.ts";

/** A wait that GitHub asks for and that is longer than this is not worth a billed runner. */
const longestSeconds = 120;

/** Where GitHub is when the runner does not say it, and how fast time passes there. */
type Place = {
  readonly baseUrl?: string;
  /** Milliseconds of a second of waiting. */
  readonly retryAfterBaseValue?: number;
  /** Pauses between requests that write. */
  readonly pauses?: Pick<ThrottlingOptions, "write" | "notifications">;
};

/** GitHub's client of an action, with a job's token: asks again, paces what it writes, and waits for limits as octokit's plugins do. */
export function openJobClient(
  token: string,
  { voice, place = {} }: { readonly voice: Pick<JobVoice, "log">; readonly place?: Place },
): GitHubClient {
  const { pauses, retryAfterBaseValue, ...rest } = place;
  const { retry: again, throttle, log } = requestPolicy({ longestSeconds, note: voice.log });
  const time = retryAfterBaseValue === undefined ? {} : { retryAfterBaseValue };
  const options = {
    ...rest,
    log,
    retry: { ...again, ...time },
    throttle: { ...throttle, ...time, ...pauses },
  };
  return repeatOnlyWhatIsSafe(getOctokit(token, options, retry, throttling));
}
