import { Readable } from "node:stream";
import type * as Package from "@google-cloud/bigquery";
import type { BigQuery, BigQueryOptions } from "@google-cloud/bigquery";
import { Fault } from "../errors.ts";
import { serviceError, type ServiceError } from "./bigquery-errors.ts";

/** Where requests go and as whom: the official client, without its own retries. */
export type BigQueryClient = {
  readonly project: string;
  /** One request; rejects with a `RequestError`. */
  request(request: ServiceRequest): Promise<ServiceAnswer>;
  /** Sends a file with a job that loads it; rejects with a `RequestError`. */
  upload(job: object, file: Buffer): Promise<ServiceAnswer>;
};

/** A request below `/projects/<project>`. */
export type ServiceRequest = {
  readonly method: "GET" | "POST" | "DELETE";
  readonly uri: string;
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  readonly json?: object;
};

/** A JSON answer. */
export type ServiceAnswer = Readonly<Record<string, unknown>>;

/** A request that was refused, or whose answer did not come. */
export class RequestError extends Error {
  readonly error: ServiceError;

  constructor(error: ServiceError, cause: unknown) {
    super(error.message, { cause });
    this.name = "RequestError";
    this.error = error;
  }
}

/**
 * Loads the client and prepares it for a project. Without `endpoint` it signs in with application default credentials,
 * which is also how Workload Identity Federation reaches it. Fault: warehouse-missing when it is not installed.
 */
export async function openClient(options: {
  readonly project: string;
  readonly endpoint: string | undefined;
  readonly requestMs: number;
}): Promise<BigQueryClient> {
  const { BigQuery: Client } = await loadClient();
  const service = new Client({
    projectId: options.project,
    retryOptions: { autoRetry: false, maxRetries: 0 },
    ...(options.endpoint === undefined ? {} : { apiEndpoint: options.endpoint, authClient: unsigned }),
  });
  return {
    project: options.project,
    request: ({ query = {}, json, ...request }) =>
      send(service, { ...request, qs: query, ...(json === undefined ? {} : { json }) }, options.requestMs),
    upload: (job, file) =>
      send(service, uploadRequest(service, { project: options.project, job, file }), uploadMs),
  };
}

/** Signs nothing: an emulator asks for no credentials, and looking for some takes seconds. */
const unsigned = {
  getRequestHeaders: () => Promise.resolve(new Headers()),
} as unknown as NonNullable<BigQueryOptions["authClient"]>;

async function loadClient(): Promise<Pick<typeof Package, "BigQuery">> {
  try {
    return await import("@google-cloud/bigquery");
  } catch (cause) {
    throw new Fault("warehouse-missing", "Cannot open BigQuery: @google-cloud/bigquery is not installed", {
      hint: "Install the dependencies: npm ci",
      cause,
    });
  }
}

const uploadMs = 600_000;

function uploadRequest(
  service: BigQuery,
  { project, job, file }: { readonly project: string; readonly job: object; readonly file: Buffer },
): DecoratedRequest {
  const parts = [
    { "Content-Type": "application/json", body: JSON.stringify(job) },
    { "Content-Type": "application/octet-stream", body: Readable.from([file]) },
  ];
  return {
    method: "POST",
    uri: `${service.apiEndpoint}/upload/bigquery/v2/projects/${project}/jobs`,
    qs: { uploadType: "multipart" },
    multipart: parts,
  };
}

type DecoratedRequest = Parameters<BigQuery["request"]>[0];

async function send(service: BigQuery, request: DecoratedRequest, requestMs: number): Promise<ServiceAnswer> {
  const late = AbortSignal.timeout(requestMs);
  return new Promise((resolve, reject) => {
    function fail(cause: unknown): void {
      reject(new RequestError(serviceError(cause), cause));
    }
    late.addEventListener("abort", () => fail(new Error(`no answer within ${requestMs} ms`)));
    service.request({ ...request, timeout: requestMs }, (error, body: ServiceAnswer) =>
      error === null ? resolve(body ?? {}) : fail(error),
    );
  });
}
