import { join } from "node:path";
import type { GitHubClient } from "../ask-github.ts";
import type { JobEffects } from "../job-effects.ts";
import { reportArtifactName } from "../state/artifact-names.ts";
import { findArtifact } from "../state/find-state.ts";
import { downloadFrom } from "../state/run-artifacts.ts";
import { readRecoveryFile, type RecoveryFile } from "./recovery-file.ts";

/**
 * What an attempt of a run left for its recovery, two requests; undefined when it left nothing. Fault of the answer:
 * github-failed.
 */
export type FetchRecovery = (runId: number, attempt: number) => Promise<RecoveryFile | undefined>;

/** Fetches with a job's token. */
export function recoveryFetcher(
  { job, folder }: Pick<JobEffects, "job" | "folder">,
  { client, token }: { readonly client: GitHubClient; readonly token: string },
): FetchRecovery {
  return async (runId, attempt) => {
    const name = reportArtifactName(attempt);
    const artifactId = await findArtifact(client, job, { id: runId, name });
    if (artifactId === undefined) return undefined;
    const target = join(folder, name);
    await downloadFrom({ runId, artifactId }, target, { token, job });
    return readRecoveryFile(target);
  };
}
