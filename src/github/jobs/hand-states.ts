import { z } from "zod";
import { Fault } from "../../errors.ts";
import type { GitHubClient } from "../ask-github.ts";
import type { JobEffects } from "../job-effects.ts";
import { touchedRunbooks } from "../state/touched-runbooks.ts";
import { runStatesJob } from "./states-job.ts";
import { fetchNewestState } from "../state/fetch-newest-state.ts";

const eventSchema = z.object({
  pull_request: z.object({ base: z.object({ sha: z.string() }), head: z.object({ sha: z.string() }) }),
  repository: z.object({ default_branch: z.string() }),
});

/** Hands states to the check of a pull request with a job's token; see `runStatesJob`. Faults: input-invalid for another event; github-failed. */
export async function handStates(
  job: JobEffects,
  {
    client,
    token,
    event,
  }: { readonly client: GitHubClient; readonly token: string; readonly event: unknown },
): Promise<string> {
  const parsed = eventSchema.safeParse(event);
  if (!parsed.success) {
    throw new Fault("input-invalid", "Cannot hand states on: the run was not started by a pull request", {
      hint: "Start this step from a workflow on `pull_request`",
    });
  }
  const { pull_request: pull, repository } = parsed.data;
  const touched = await touchedRunbooks(client, job.job, { base: pull.base.sha, head: pull.head.sha });
  const access = { client, token, defaultBranch: repository.default_branch };
  return runStatesJob({
    ...job,
    isTouched: (runbook) => touched?.has(runbook) ?? true,
    fetchState: (runbook, workflow) => fetchNewestState(job, { ...access, workflow }, runbook),
  });
}
