import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { ArtifactClient } from "@actions/artifact";
import { Fault } from "../../errors.ts";
import { githubFault } from "../ask-github.ts";
import type { RunArtifacts } from "../job-effects.ts";
import type { JobIdentity } from "../job-identity.ts";
import type { FoundArtifact } from "./find-state.ts";
import { unpackArchive } from "./unpack-archive.ts";

/** Files are Parquet, compressed already. */
const compressionLevel = 1;

/** How GitHub's public API knows a run's artifacts, and by what right they are read. */
type FindBy = NonNullable<NonNullable<Parameters<ArtifactClient["downloadArtifact"]>[1]>["findBy"]>;

/**
 * The artifacts of the current run through GitHub's own client. The service of the runner, which costs no request of the
 * token, has answered re-runs with 404 for what an earlier attempt left, while the public API had it: there artifacts
 * belong to the run, not to an attempt. So what the service refuses is asked of the API, once. Fault: github-failed that
 * names the artifact and both refusals; without a token the first is all.
 */
export function openRunArtifacts(token: string, job: JobIdentity): RunArtifacts {
  const findBy = findByOf({ token, job }, job.runId);
  return {
    async list() {
      const client = await openClient();
      const { artifacts } = await eitherWay("list the artifacts of this run", token, {
        service: () => client.listArtifacts(),
        api: () => client.listArtifacts({ findBy }),
      });
      return artifacts.map(({ id, name }) => ({ id, name }));
    },
    async download({ id, name }, folder) {
      const client = await openClient();
      await unpackInto(folder, (path) =>
        eitherWay(`download the artifact "${name}"`, token, {
          service: () => client.downloadArtifact(id, { path, skipDecompress: true }),
          async api() {
            // What the service left of it is no part of what comes now.
            await rm(path, { recursive: true, force: true });
            return client.downloadArtifact(id, { path, findBy, skipDecompress: true });
          },
        }),
      );
    },
    async upload(name, folder, keeping) {
      const client = await openClient();
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => entry.isFile()).map((file) => join(file.parentPath, file.name));
      const kept = keeping === undefined ? {} : { retentionDays: keeping.daysKept };
      await client.uploadArtifact(name, files, folder, { compressionLevel, ...kept }).catch(refuse);
    },
  };
}

/** Asks the runner's service, and where it refuses the public API. */
async function eitherWay<Answer>(
  what: string,
  token: string,
  { service, api }: { readonly service: () => Promise<Answer>; readonly api: () => Promise<Answer> },
): Promise<Answer> {
  try {
    return await service();
  } catch (first) {
    if (token === "") refuse(first);
    try {
      return await api();
    } catch (second) {
      const refusals = `the runner's service said "${messageOf(first)}", the public API said "${messageOf(second)}"`;
      throw new Fault("github-failed", `Cannot ${what}: ${refusals}`, {
        hint: "Re-run the failed jobs once githubstatus.com is quiet: what was computed is kept and not done again",
        cause: second,
      });
    }
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/** Unpacks an artifact of another run. Faults: github-failed; artifact-lost for one that is over the limits. */
export async function downloadFrom(
  found: FoundArtifact,
  folder: string,
  access: { readonly token: string; readonly job: JobIdentity },
): Promise<void> {
  const findBy = findByOf(access, found.runId);
  const client = await openClient();
  await unpackInto(folder, (path) =>
    client.downloadArtifact(found.artifactId, { path, findBy, skipDecompress: true }).catch(refuse),
  );
}

function findByOf(
  { token, job }: { readonly token: string; readonly job: JobIdentity },
  workflowRunId: number,
): FindBy {
  return { token, workflowRunId, repositoryOwner: job.owner, repositoryName: job.repository };
}

/** Has the archive laid beside the folder and unpacks it from there: GitHub's client would unpack without a limit. */
async function unpackInto(folder: string, download: (path: string) => Promise<unknown>): Promise<void> {
  const beside = `${folder}.packed`;
  await download(beside);
  const [name = ""] = await readdir(beside);
  await unpackArchive(join(beside, name), folder);
  await rm(beside, { recursive: true });
}

/** Loaded when it is needed: with the packages that it brings it is most of an action's start, and BigQuery jobs do without. */
async function openClient(): Promise<ArtifactClient> {
  const { DefaultArtifactClient } = await import("@actions/artifact");
  return new DefaultArtifactClient();
}

function refuse(cause: unknown): never {
  throw githubFault(cause);
}
