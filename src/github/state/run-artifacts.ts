import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { ArtifactClient } from "@actions/artifact";
import { githubFault } from "../ask-github.ts";
import type { RunArtifacts } from "../job-effects.ts";
import type { JobIdentity } from "../job-identity.ts";
import type { FoundArtifact } from "./find-state.ts";

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
      await client.downloadArtifact(id, { path: folder }).catch(refuse);
    },
    async upload(name, folder) {
      const client = await openClient();
      const files = (await readdir(folder)).map((file) => join(folder, file));
      await client.uploadArtifact(name, files, folder, { compressionLevel }).catch(refuse);
    },
  };
}

/** Unpacks an artifact of another run. Fault: github-failed. */
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
  await client.downloadArtifact(found.artifactId, { path: folder, findBy }).catch(refuse);
}

/** Loaded when it is needed: with the packages that it brings it is most of an action's start, and BigQuery jobs do without. */
async function openClient(): Promise<ArtifactClient> {
  const { DefaultArtifactClient } = await import("@actions/artifact");
  return new DefaultArtifactClient();
}

function refuse(cause: unknown): never {
  throw githubFault(cause);
}
