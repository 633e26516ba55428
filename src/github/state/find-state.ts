import { orUndefined, type GitHubClient } from "../ask-github.ts";
import type { JobIdentity } from "../job-identity.ts";
import { stateArtifactName } from "./artifact-names.ts";

/** An artifact and the run that has it. */
export type FoundArtifact = { readonly runId: number; readonly artifactId: number };

const runsLookedAt = 20;

/**
 * Looks for the newest state of a runbook that a run of this workflow on the default branch published; undefined when
 * there is none. The requests of `listTrusted`, and one for each attempt until a state is found. Fault: github-failed.
 */
export async function findState(
  client: GitHubClient,
  job: Pick<JobIdentity, "owner" | "repository">,
  wanted: { readonly runbook: string; readonly workflow: string; readonly defaultBranch: string },
): Promise<FoundArtifact | undefined> {
  for await (const { id, attempt } of listTrusted(client, job, wanted)) {
    for (let own = attempt; own >= 1; own -= 1) {
      const artifactId = await findArtifact(client, job, {
        id,
        name: stateArtifactName(wanted.runbook, own),
      });
      if (artifactId !== undefined) return { runId: id, artifactId };
    }
  }
  return undefined;
}

/**
 * Runs of the default branch, the newest attempt first. GitHub gives the short name of a run's ref, which a tag may have
 * as well; so its commit must be one that the branch has had. One request for the runs, one for the branch, and one
 * for each run of another commit than its newest. Fault: github-failed.
 */
export async function* listTrusted(
  client: GitHubClient,
  job: Pick<JobIdentity, "owner" | "repository">,
  wanted: { readonly workflow: string; readonly defaultBranch: string },
): AsyncGenerator<ListedRun> {
  const runs = await listRuns(client, job, wanted);
  if (runs.length === 0) return;
  const head = await headOf(client, job, wanted.defaultBranch);
  for (const run of runs) {
    if (head !== undefined && (await hasHad(client, job, { head, commit: run.commit }))) yield run;
  }
}

async function headOf(
  { rest }: GitHubClient,
  { owner, repository: repo }: Pick<JobIdentity, "owner" | "repository">,
  branch: string,
): Promise<string | undefined> {
  return (await orUndefined(rest.repos.getBranch({ owner, repo, branch })))?.data.commit.sha;
}

/** Whether a commit is the head of a branch or one that came before it. */
async function hasHad(
  { rest }: GitHubClient,
  { owner, repository: repo }: Pick<JobIdentity, "owner" | "repository">,
  { head, commit }: { readonly head: string; readonly commit: string },
): Promise<boolean> {
  if (commit === head) return true;
  const basehead = `${commit}...${head}`;
  const found = await orUndefined(
    rest.repos.compareCommitsWithBasehead({ owner, repo, basehead, per_page: 1 }),
  );
  return found?.data.status === "ahead";
}

async function listRuns(
  client: GitHubClient,
  { owner, repository: repo }: Pick<JobIdentity, "owner" | "repository">,
  { workflow, defaultBranch }: { readonly workflow: string; readonly defaultBranch: string },
): Promise<readonly ListedRun[]> {
  const answer = await orUndefined(
    client.rest.actions.listWorkflowRuns({
      owner,
      repo,
      workflow_id: workflow,
      branch: defaultBranch,
      event: "workflow_dispatch",
      per_page: runsLookedAt,
    }),
  );
  const runs = (answer?.data.workflow_runs ?? []).map((run): ListedRun => ({
    id: run.id,
    attempt: run.run_attempt ?? 1,
    event: run.event,
    branch: run.head_branch ?? "",
    commit: run.head_sha,
    startedAt: run.run_started_at ?? run.created_at,
    isOwn: run.head_repository?.full_name === `${owner}/${repo}`,
  }));
  return trustedRuns(runs, defaultBranch);
}

/** The id of an artifact of a run by its name; undefined when there is none any more. Fault: github-failed. */
export async function findArtifact(
  client: GitHubClient,
  { owner, repository: repo }: Pick<JobIdentity, "owner" | "repository">,
  { id, name }: { readonly id: number; readonly name: string },
): Promise<number | undefined> {
  const answer = await orUndefined(
    client.rest.actions.listWorkflowRunArtifacts({ owner, repo, run_id: id, name }),
  );
  return answer?.data.artifacts.find((artifact) => artifact.name === name && !artifact.expired)?.id;
}

/** A run as GitHub lists it, as far as it matters for the state that it published. */
export type ListedRun = {
  readonly id: number;
  readonly attempt: number;
  readonly event: string;
  readonly branch: string;
  readonly commit: string;
  /** When its latest attempt started. */
  readonly startedAt: string;
  /** Whether its code came from this repository, not from a fork. */
  readonly isOwn: boolean;
};

/**
 * The runs whose state may be imported, the newest attempt first: dispatched runs of the workflow on the default branch
 * of this repository. Whoever may write there decides what later runs build on, nobody else.
 */
export function trustedRuns(runs: readonly ListedRun[], defaultBranch: string): readonly ListedRun[] {
  return runs
    .filter(({ event, branch, isOwn }) => event === "workflow_dispatch" && branch === defaultBranch && isOwn)
    .toSorted((left, right) => right.startedAt.localeCompare(left.startedAt));
}
