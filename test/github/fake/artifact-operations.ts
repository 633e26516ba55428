import { noContent, notFound, type Call, type Operation, type Reply } from "./operation.ts";
import type { Artifact } from "./state.ts";

/** Artifacts, as the REST API shows them. */
export const artifactOperations: Readonly<Record<string, Operation>> = {
  "actions/list-workflow-run-artifacts": {
    access: "actions:read",
    handle: (call) =>
      call.state.runs.has(Number(call.parameters["run_id"])) ? listArtifacts(call) : notFound,
  },
  "actions/list-artifacts-for-repo": { access: "actions:read", handle: listArtifacts },
  "actions/get-artifact": {
    access: "actions:read",
    handle: (call) => withArtifact(call, (artifact) => ({ status: 200, body: artifactBody(call, artifact) })),
  },
  "actions/download-artifact": {
    access: "actions:read",
    handle: (call) => withArtifact(call, (artifact) => download(call, artifact)),
  },
  "actions/delete-artifact": {
    access: "actions:write",
    handle: (call) => withArtifact(call, (artifact) => remove(call, artifact)),
  },
};

/** Newest first, as GitHub lists them. */
function listArtifacts(call: Call): Reply {
  const { state, parameters, query } = call;
  const run = parameters["run_id"];
  const name = query.get("name");
  const items = [...state.artifacts.values()]
    .filter((artifact) => artifact.isFinal && (run === undefined || artifact.runId === Number(run)))
    .filter((artifact) => name === null || artifact.name === name)
    .toSorted((a, b) => b.id - a.id);
  return { status: 200, list: { items: items.map((each) => artifactBody(call, each)), under: "artifacts" } };
}

function artifactBody({ state, url }: Call, artifact: Artifact): Record<string, unknown> {
  const self = `${url}/repos/${state.repository}/actions/artifacts/${artifact.id}`;
  const run = state.runs.get(artifact.runId);
  return {
    id: artifact.id,
    name: artifact.name,
    size_in_bytes: artifact.content.length,
    digest: artifact.digest,
    expired: artifact.isExpired,
    created_at: artifact.createdAt,
    updated_at: artifact.createdAt,
    expires_at: "2026-12-31T00:00:00Z",
    url: self,
    archive_download_url: `${self}/zip`,
    workflow_run: {
      id: artifact.runId,
      repository_id: 1,
      head_repository_id: run?.headRepository === state.repository ? 1 : 2,
      head_branch: run?.event.ref.replace(/^refs\/(?:heads|tags)\//, ""),
      head_sha: run?.event.sha,
    },
  };
}

function download({ state, url }: Call, artifact: Artifact): Reply {
  if (state.earlierArtifacts === "lost" && artifact.attempt < newestAttempt(state, artifact)) return notFound;
  if (artifact.isExpired) return { status: 410, body: { message: "Artifact has expired" } };
  return { status: 302, headers: { location: `${url}/blobs/${artifact.id}?sig=${artifact.id}` } };
}

function newestAttempt({ runs }: Call["state"], { runId }: Artifact): number {
  return runs.get(runId)?.attempts.length ?? 0;
}

function remove({ state }: Call, artifact: Artifact): Reply {
  state.artifacts.delete(artifact.id);
  return noContent;
}

function withArtifact(call: Call, answer: (artifact: Artifact) => Reply): Reply {
  const artifact = call.state.artifacts.get(Number(call.parameters["artifact_id"]));
  return artifact?.isFinal === true ? answer(artifact) : notFound;
}
