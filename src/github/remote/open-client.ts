import { Octokit } from "octokit";
import { repeatOnlyWhatIsSafe, requestPolicy } from "../request-policy.ts";

/** GitHub's REST client as the command line has it: with pages, retries and GitHub's limits. */
export type RemoteClient = Octokit;

/** Longest wait for a limit of GitHub to end; a longer one is a refusal. */
const longestSeconds = 900;

/**
 * A client with a person's token. What fails for a moment is asked again, and a limit that ends soon is waited for and
 * told; both are the work of octokit's own plugins.
 */
export function openRemoteClient(access: {
  readonly token: string;
  readonly apiAddress: string;
  readonly note: (text: string) => void;
}): RemoteClient {
  return repeatOnlyWhatIsSafe(
    new Octokit({
      auth: access.token,
      baseUrl: access.apiAddress,
      userAgent: "cascade-backfill",
      ...requestPolicy({ longestSeconds, note: access.note }),
    }),
  );
}
