import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { ArtifactClient } from "@actions/artifact";
import { githubFault } from "../ask-github.ts";
import type { RunArtifacts } from "../job-effects.ts";
import type { JobIdentity } from "../job-identity.ts";
import type { FoundArtifact } from "./find-state.ts";
import { unpackArchive } from "./unpack-archive.ts";

/** Files are Parquet, compressed already. */
const compressionLevel = 1;

/** The artifacts of the current run through GitHub's own client, which costs no request of the token. */
export function openRunArtifacts(): RunArtifacts {
  return {
    async list() {
      const client = await openClient();
      const { artifacts } = await client.listArtifacts().catch(refuse);
      return artifacts.map(({ id, name }) => ({ id, name }));
    },
    async download(id, folder) {
      const client = await openClient();
      await unpackInto(folder, (path) => client.downloadArtifact(id, { path, skipDecompress: true }));
    },
    async upload(name, folder) {
      const client = await openClient();
      const files = (await readdir(folder)).map((file) => join(folder, file));
      await client.uploadArtifact(name, files, folder, { compressionLevel }).catch(refuse);
    },
  };
}

/** Unpacks an artifact of another run. Faults: github-failed; artifact-lost for one that is over the limits. */
export async function downloadFrom(
  found: FoundArtifact,
  folder: string,
  access: { readonly token: string; readonly job: JobIdentity },
): Promise<void> {
  const findBy = {
    token: access.token,
    workflowRunId: found.runId,
    repositoryOwner: access.job.owner,
    repositoryName: access.job.repository,
  };
  const client = await openClient();
  await unpackInto(folder, (path) =>
    client.downloadArtifact(found.artifactId, { path, findBy, skipDecompress: true }),
  );
}

/** Has the archive laid beside the folder and unpacks it from there: GitHub's client would unpack without a limit. */
async function unpackInto(folder: string, download: (path: string) => Promise<unknown>): Promise<void> {
  const beside = `${folder}.packed`;
  await download(beside).catch(refuse);
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
