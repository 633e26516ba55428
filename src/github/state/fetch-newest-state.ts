import { join } from "node:path";
import type { GitHubClient } from "../ask-github.ts";
import type { JobEffects } from "../job-effects.ts";
import { readArtifactFolder, type ArtifactFolder } from "./artifact-folder.ts";
import { findState } from "./find-state.ts";
import { downloadFrom } from "./run-artifacts.ts";

/** With what right, and where, states are looked for. */
export type StateAccess = {
  readonly client: GitHubClient;
  readonly token: string;
  readonly defaultBranch: string;
  /** File name of the backfill workflow; the job's own unless named. */
  readonly workflow?: string;
};

/**
 * The newest state that a run of the workflow on the default branch published, unpacked and proven; undefined when there
 * is none. Faults: github-failed, artifact-lost when it is not what was uploaded.
 */
export async function fetchNewestState(
  { job, folder }: Pick<JobEffects, "job" | "folder">,
  { client, token, defaultBranch, workflow = job.workflow }: StateAccess,
  runbook: string,
): Promise<ArtifactFolder | undefined> {
  const found = await findState(client, job, { runbook, workflow, defaultBranch });
  if (found === undefined) return undefined;
  const target = join(folder, "state", runbook);
  await downloadFrom(found, target, { token, job });
  return readArtifactFolder(`state-${runbook}`, target);
}
