import { createHash } from "node:crypto";
import type { Artifact, GitHubState } from "./state.ts";

/** An answer of the service or its blob storage. */
export type ResultsReply = {
  readonly status: number;
  readonly json?: unknown;
  readonly bytes?: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
};

/** A request to the service or its blob storage. */
export type ResultsRequest = {
  readonly method: string;
  readonly address: URL;
  readonly authorization: string | undefined;
  readonly content: Buffer;
};

type Message = {
  readonly workflow_run_backend_id?: string;
  readonly workflow_job_run_backend_id?: string;
  readonly name?: string;
  readonly name_filter?: string;
  readonly id_filter?: string;
  readonly mime_type?: string;
};

/** What a runtime token stands for. */
export type RuntimeScope = {
  readonly runId: number;
  readonly generation: number;
  readonly backendRun: string;
  readonly backendJob: string;
  readonly attempt: number;
};

const prefix = "/twirp/github.actions.results.api.v1.ArtifactService/";
const blobs = /^\/blobs\/(\d+)$/;

/** Whether a path belongs to the service or its blob storage. */
export function isResultsPath(path: string): boolean {
  return path.startsWith(prefix) || blobs.test(path);
}

/** The service behind `@actions/artifact`: artifacts of a run are immutable, a taken name is a conflict. */
export function openResultsService(state: GitHubState, url: () => string) {
  const blocks = new Map<string, Buffer>();

  function answer(request: ResultsRequest): ResultsReply {
    const id = blobs.exec(request.address.pathname)?.[1];
    if (id !== undefined) return answerBlob(Number(id), request);
    const scope = readRuntimeToken(request.authorization);
    if (scope === undefined) return refuse(401, "unauthenticated", "invalid runtime token");
    const message = JSON.parse(request.content.toString()) as Message;
    if (message.workflow_run_backend_id !== scope.backendRun) {
      return refuse(403, "permission_denied", "the token is for another run");
    }
    return answerMessage(request.address.pathname.slice(prefix.length), message, scope);
  }

  function answerMessage(method: string, message: Message, scope: RuntimeScope): ResultsReply {
    const found = artifactsOf(scope).find(({ name }) => name === message.name);
    if (method === "CreateArtifact") return createArtifact(message, scope);
    if (method === "ListArtifacts") return listArtifacts(message, scope);
    if (found === undefined) return refuse(404, "not_found", "artifact not found");
    if (method === "FinalizeArtifact") {
      found.isFinal = true;
      return ok({ ok: true, artifact_id: String(found.id) });
    }
    if (method === "GetSignedArtifactURL" && isEarlier(found, scope)) {
      return refuse(404, "not_found", "workflow run not found");
    }
    if (method === "GetSignedArtifactURL") return ok({ signed_url: blobUrl(found) });
    if (method === "DeleteArtifact") {
      state.artifacts.delete(found.id);
      return ok({ ok: true, artifact_id: String(found.id) });
    }
    return refuse(404, "bad_route", `no method ${method}`);
  }

  /** Artifacts of an attempt before that of the token, where the service lists them without serving. */
  function isEarlier({ attempt }: Artifact, scope: RuntimeScope): boolean {
    return state.earlierArtifacts !== "served" && attempt < scope.attempt;
  }

  function createArtifact(message: Message, scope: RuntimeScope): ResultsReply {
    const name = message.name ?? "";
    if (artifactsOf(scope).some((each) => each.name === name)) {
      return refuse(409, "already_exists", "an artifact with this name already exists on the workflow run");
    }
    const artifact: Artifact = {
      ...scope,
      id: state.nextId(),
      name,
      mimeType: message.mime_type ?? "application/zip",
      createdAt: state.now(),
      content: Buffer.alloc(0),
      digest: "",
      isFinal: false,
      isExpired: false,
    };
    state.artifacts.set(artifact.id, artifact);
    return ok({ ok: true, signed_upload_url: blobUrl(artifact) });
  }

  function listArtifacts(message: Message, scope: RuntimeScope): ResultsReply {
    const found = artifactsOf(scope)
      .filter(({ isFinal }) => isFinal)
      .filter(({ name }) => message.name_filter === undefined || name === message.name_filter)
      .filter(({ id }) => message.id_filter === undefined || String(id) === message.id_filter);
    return ok({
      artifacts: found.map((each) => ({
        workflow_run_backend_id: each.backendRun,
        workflow_job_run_backend_id: each.backendJob,
        database_id: String(each.id),
        name: each.name,
        size: String(each.content.length),
        created_at: each.createdAt,
        digest: each.digest,
      })),
    });
  }

  function artifactsOf({ runId, generation }: RuntimeScope): Artifact[] {
    return [...state.artifacts.values()].filter(
      (each) => each.runId === runId && each.generation === generation,
    );
  }

  function answerBlob(id: number, { method, address, content }: ResultsRequest): ResultsReply {
    const artifact = state.artifacts.get(id);
    if (artifact === undefined || artifact.isExpired) return { status: 404 };
    if (method === "GET") {
      const headers = {
        "content-type": artifact.mimeType,
        "content-disposition": `filename="${artifact.name}.zip"`,
      };
      return { status: 200, bytes: artifact.content, headers };
    }
    const block = address.searchParams.get("blockid");
    if (block !== null) blocks.set(`${id}/${block}`, content);
    else if (address.searchParams.get("comp") === "blocklist")
      store(artifact, joinBlocks(id, content.toString()));
    else store(artifact, content);
    return { status: 201, headers: { etag: '"1"', "last-modified": new Date(0).toUTCString() } };
  }

  function joinBlocks(id: number, list: string): Buffer {
    const names = [...list.matchAll(/<Latest>([^<]*)<\/Latest>/g)].map(([, name = ""]) => name);
    return Buffer.concat(names.map((name) => blocks.get(`${id}/${name}`) ?? Buffer.alloc(0)));
  }

  function blobUrl({ id }: Artifact): string {
    return `${url()}/blobs/${id}?sig=signature-of-${id}`;
  }
  return { answer };
}

/** A token for the jobs of one attempt, in the shape that the artifact client reads. */
export function writeRuntimeToken(scope: RuntimeScope): string {
  const claims = { scp: `Actions.Results:${scope.backendRun}:${scope.backendJob}`, ...scope };
  return ["e30", Buffer.from(JSON.stringify(claims)).toString("base64url"), "signature"].join(".");
}

function readRuntimeToken(authorization: string | undefined): RuntimeScope | undefined {
  const claims = authorization?.split(".")[1];
  if (claims === undefined) return undefined;
  const { runId, generation, backendRun, backendJob, attempt } = JSON.parse(
    Buffer.from(claims, "base64url").toString(),
  ) as RuntimeScope;
  return { runId, generation, backendRun, backendJob, attempt };
}

function store(artifact: Artifact, content: Buffer): void {
  artifact.content = content;
  artifact.digest = `sha256:${createHash("sha256").update(content).digest("hex")}`;
}

function ok(json: unknown): ResultsReply {
  return { status: 200, json };
}

function refuse(status: number, code: string, msg: string): ResultsReply {
  return { status, json: { code, msg } };
}
