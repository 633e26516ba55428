import { writeFile } from "node:fs/promises";
import { isStatus } from "../ask-github.ts";
import { unpackArchive } from "../state/unpack-archive.ts";
import type { RemoteClient } from "./open-client.ts";
import type { RemoteJob } from "./job-progress.ts";
import { dispatchFault, remoteFault } from "./remote-fault.ts";
import type { RepositoryName } from "./repository-name.ts";

/** A run of a workflow as GitHub tells it. */
export type RemoteRun = {
  readonly id: number;
  readonly attempt: number;
  readonly title: string;
  /** File name of its workflow. */
  readonly workflow: string;
  readonly actor: string;
  readonly status: string;
  readonly conclusion: string | undefined;
  readonly createdAt: string;
  readonly url: string;
};

/** A look at a run's jobs: the same list where nothing has changed since the one before. */
export type JobsLook = { readonly jobs: readonly RemoteJob[]; readonly pages: number };

/** A dispatch that GitHub took: its run, or the newest run of the workflow before it. */
export type Dispatched =
  | { readonly kind: "named"; readonly id: number }
  | { readonly kind: "unnamed"; readonly after: number };

/** What the command line asks of GitHub. Fault of each: github-failed. */
export type Remote = ReturnType<typeof openRemote>;

const perPage = 100;

type Access = { readonly client: RemoteClient; readonly name: RepositoryName };

/** A repository with a person's token. Polls send what GitHub said before, so that "nothing new" costs nothing. */
export function openRemote(client: RemoteClient, name: RepositoryName) {
  const { rest } = client;
  const here = hereOf(name);
  const access = { client, name };
  return {
    name,
    /** The branch that is dispatched where none is named, and its newest commit. */
    async branch(named: string | undefined): Promise<{ readonly name: string; readonly commit: string }> {
      const branch = named ?? (await asked(name, rest.repos.get(here))).data.default_branch;
      const { data } = await asked(name, rest.repos.getBranch({ ...here, branch }));
      return { name: branch, commit: data.commit.sha };
    },
    /** Whose token it is; undefined of one that is no person's, as that of a job. */
    async login(): Promise<string | undefined> {
      try {
        return (await rest.users.getAuthenticated()).data.login;
      } catch (cause) {
        if (isStatus(cause, 403)) return undefined;
        throw remoteFault(cause, name);
      }
    },
    /** Dispatches; the run's id, or where this GitHub does not tell it that of the newest run before. */
    dispatch: (workflow: string, request: DispatchRequest) => dispatch(access, workflow, request),
    /** The newest dispatched runs of a workflow, or of all, the newest first. */
    runs: (workflow: string | undefined, count: number) => listRuns(access, workflow, count),
    run: async (id: number): Promise<RemoteRun> =>
      runOf((await asked(name, rest.actions.getWorkflowRun({ ...here, run_id: id }))).data),
    /** The newest execution of each job. */
    jobs: openJobs(access),
    retry: async (run: number): Promise<void> =>
      void (await asked(name, rest.actions.reRunWorkflowFailedJobs({ ...here, run_id: run }))),
    /** Unpacks an artifact of a dispatched run into a folder; false where there is none of that name any more, it is too large, or the run is of others' code. */
    fetch: (run: number, wanted: WantedArtifact, folder: string) =>
      fetchArtifact(access, { run, wanted }, folder),
  };
}

function hereOf({ owner, repository }: RepositoryName): { readonly owner: string; readonly repo: string } {
  return { owner, repo: repository };
}

async function asked<T>(name: RepositoryName, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    throw remoteFault(cause, name);
  }
}

type DispatchRequest = { readonly ref: string; readonly inputs: Readonly<Record<string, string>> };

async function dispatch(
  access: Access,
  workflow: string,
  { ref, inputs }: DispatchRequest,
): Promise<Dispatched> {
  const { client, name } = access;
  const { actions } = client.rest;
  const request = { ...hereOf(name), workflow_id: workflow, ref, inputs: { ...inputs } };
  try {
    const [newest] = (await actions.listWorkflowRuns({ ...listOf(name, 1), workflow_id: workflow })).data
      .workflow_runs;
    const after = newest?.id ?? 0;
    try {
      const { data } = await actions.createWorkflowDispatch({ ...request, return_run_details: true });
      const { workflow_run_id: id } = (data ?? {}) as { readonly workflow_run_id?: number };
      return id === undefined ? { kind: "unnamed", after } : { kind: "named", id };
    } catch (cause) {
      if (!knowsNoDetails(cause)) throw cause;
      await actions.createWorkflowDispatch(request);
      return { kind: "unnamed", after };
    }
  } catch (cause) {
    throw dispatchFault(cause, { name, workflow });
  }
}

function listOf(name: RepositoryName, count: number) {
  return { ...hereOf(name), event: "workflow_dispatch", per_page: count };
}

async function listRuns(
  { client, name }: Access,
  workflow: string | undefined,
  count: number,
): Promise<readonly RemoteRun[]> {
  const { actions } = client.rest;
  const list = listOf(name, count);
  const found =
    workflow === undefined
      ? await asked(name, actions.listWorkflowRunsForRepo(list))
      : await asked(name, actions.listWorkflowRuns({ ...list, workflow_id: workflow }));
  return found.data.workflow_runs.map(runOf);
}

/** Reads the jobs of runs, each page with what GitHub said of it before. */
function openJobs({ client, name }: Access): (run: number) => Promise<JobsLook> {
  const known = new Map<string, { readonly etag: string; readonly data: JobsPage }>();

  async function readPage(run: number, page: number): Promise<JobsPage> {
    const key = `${run} ${page}`;
    const before = known.get(key);
    try {
      const { data, headers } = await client.rest.actions.listJobsForWorkflowRun({
        ...hereOf(name),
        run_id: run,
        per_page: perPage,
        page,
        headers: before === undefined ? {} : { "if-none-match": before.etag },
        // Whoever polls asks again anyway.
        request: { retries: 0 },
      });
      if (headers.etag !== undefined) known.set(key, { etag: headers.etag, data });
      return data;
    } catch (cause) {
      if (before !== undefined && isStatus(cause, 304)) return before.data;
      throw remoteFault(cause, name);
    }
  }

  return async (run) => {
    const first = await readPage(run, 1);
    const pages = Math.max(1, Math.ceil(first.total_count / perPage));
    const all = [first];
    for (let page = 2; page <= pages; page += 1) all.push(await readPage(run, page));
    return { jobs: all.flatMap(({ jobs }) => jobs.map(jobOf)), pages };
  };
}

type WantedArtifact = { readonly name: string; readonly mostBytes: number };

async function fetchArtifact(
  { client, name }: Access,
  { run, wanted }: { readonly run: number; readonly wanted: WantedArtifact },
  folder: string,
): Promise<boolean> {
  const { actions } = client.rest;
  if (!(await isOwnBackfill({ client, name }, run))) return false;
  const list = { ...hereOf(name), run_id: run, name: wanted.name };
  const { artifacts } = (await asked(name, actions.listWorkflowRunArtifacts(list))).data;
  const found = artifacts.find((each) => each.name === wanted.name && !each.expired);
  if (found === undefined || found.size_in_bytes > wanted.mostBytes) return false;
  const request = { ...hereOf(name), artifact_id: found.id, archive_format: "zip" };
  const { data } = await asked(name, actions.downloadArtifact(request));
  const archive = `${folder}.packed`;
  await writeFile(archive, new Uint8Array(data as ArrayBuffer));
  await unpackArchive(archive, folder);
  return true;
}

/** Whether a run is one that somebody dispatched of this repository's code: others may leave what is called as ours is. */
async function isOwnBackfill({ client, name }: Access, run: number): Promise<boolean> {
  const { data } = await asked(name, client.rest.actions.getWorkflowRun({ ...hereOf(name), run_id: run }));
  const own = `${name.owner}/${name.repository}`.toLowerCase();
  return data.event === "workflow_dispatch" && data.head_repository?.full_name.toLowerCase() === own;
}

/** Servers from before 2026 refuse the field by which a dispatch tells its run. */
function knowsNoDetails(cause: unknown): boolean {
  return isStatus(cause, 422) && (cause as Error).message.includes("return_run_details");
}

type JobsPage = Awaited<ReturnType<RemoteClient["rest"]["actions"]["listJobsForWorkflowRun"]>>["data"];
type Listed = Awaited<ReturnType<RemoteClient["rest"]["actions"]["getWorkflowRun"]>>["data"];

function jobOf(job: JobsPage["jobs"][number]): RemoteJob {
  const { id, name, status, conclusion, html_url: url } = job;
  return {
    id,
    name,
    attempt: job.run_attempt ?? 1,
    status: status === "completed" ? "done" : status === "in_progress" ? "running" : "waiting",
    conclusion: conclusion ?? undefined,
    startedAt: instantOf(job.started_at),
    completedAt: instantOf(job.completed_at),
    url: url ?? "",
  };
}

function instantOf(text: string | null): number | undefined {
  return text === null ? undefined : Date.parse(text);
}

function runOf(run: Listed): RemoteRun {
  return {
    id: run.id,
    attempt: run.run_attempt ?? 1,
    title: run.display_title,
    workflow: run.path.slice(run.path.lastIndexOf("/") + 1).replace(/@.*$/, ""),
    actor: run.actor?.login ?? "",
    status: run.status ?? "",
    conclusion: run.conclusion ?? undefined,
    createdAt: run.created_at,
    url: run.html_url,
  };
}
