import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

/** What happens to a request; a job that fails does so after it was accepted, and leaves nothing. */
export const requestFaults = [
  "429",
  "500",
  "503",
  "reset",
  "lost",
  "slow",
  "rateLimitExceeded",
  "quotaExceeded",
  "job:backendError",
  "job:rateLimitExceeded",
  "job:quotaExceeded",
  "job:conflict",
] as const;

/** What ends a job for good, beside the faults that pass. */
export const finalFaults = ["job:timeout", "job:cancelled", "job:unknownColumn", "job:division"] as const;

/** One of `requestFaults` or `finalFaults`. */
export type RequestFault = (typeof requestFaults)[number] | (typeof finalFaults)[number];

/** A server that keeps BigQuery's promises about jobs, before which a schedule of faults lies. */
export type FaultyService = AsyncDisposable & {
  readonly endpoint: string;
  /** Statements that took effect, in order. */
  readonly effects: readonly string[];
  /** Ids of the jobs that were accepted, and of those that were cancelled, in order. */
  readonly accepted: readonly string[];
  readonly cancelled: readonly string[];
  /** What each of them said beside its id. */
  readonly configurations: readonly Readonly<Record<string, unknown>>[];
  /** From now on no job ends unless it is cancelled. */
  readonly hang: () => void;
  /** Makes the next requests meet these faults, one each; `forever` repeats the last. */
  readonly schedule: (faults: readonly RequestFault[], forever: boolean) => void;
};

type Job = { readonly error: object | undefined };

/**
 * Starts the server; a slow answer comes after `slowMs`. With a location, jobs run there, and are not found by who asks
 * without it.
 */
export async function startFaultyService(slowMs: number, location?: string): Promise<FaultyService> {
  const jobs = new Map<string, Job>();
  const effects: string[] = [];
  const cancelled: string[] = [];
  const configurations: Readonly<Record<string, unknown>>[] = [];
  let isHanging = false;
  let waiting: RequestFault[] = [];
  let last: RequestFault | undefined;
  function nextFault(): RequestFault | undefined {
    return waiting.shift() ?? last;
  }
  function accept(text: string, fault: RequestFault | undefined): Answer {
    const { jobReference, configuration } = JSON.parse(text);
    if (configuration.dryRun === true)
      return { status: 200, body: { jobReference, statistics: { query: { statementType: "SELECT" } } } };
    const id: string = jobReference.jobId;
    if (jobs.has(id)) {
      const place = location === undefined ? "" : `${location}.`;
      return refusal(409, "duplicate", `Already Exists: Job test:${place}${id}`);
    }
    const error = jobError(fault);
    jobs.set(id, { error });
    configurations.push(configuration);
    if (error === undefined) effects.push(configuration.query.query);
    return {
      status: 200,
      body: { jobReference: { ...jobReference, location }, status: { state: "RUNNING" } },
    };
  }
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await textOf(request);
    const cancelledId = /\/jobs\/(\w+)\/cancel/.exec(request.url ?? "")?.[1];
    if (cancelledId !== undefined) {
      cancelled.push(cancelledId);
      if (!isHanging) return;
      jobs.set(cancelledId, { error: { reason: "stopped", message: "the job was cancelled" } });
      return send(response, { status: 200, body: {} });
    }
    const fault = nextFault();
    const refused = refusalOf(fault);
    if (fault === "reset") request.socket.destroy();
    else if (refused !== undefined) send(response, refused);
    else {
      const given =
        request.method === "POST"
          ? accept(text, fault)
          : look(jobs, { path: request.url ?? "", isHanging, location });
      if (fault === "slow") await wait(slowMs);
      if (fault === "lost") request.socket.destroy();
      else send(response, given);
    }
  }
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    effects,
    cancelled,
    configurations,
    get accepted() {
      return [...jobs.keys()];
    },
    hang() {
      isHanging = true;
    },
    schedule(faults, forever) {
      waiting = [...faults];
      last = forever ? faults.at(-1) : undefined;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

type Answer = { readonly status: number; readonly body: object };

function look(
  jobs: ReadonlyMap<string, Job>,
  {
    path,
    isHanging,
    location,
  }: { readonly path: string; readonly isHanging: boolean; readonly location: string | undefined },
): Answer {
  const job = jobs.get(/\/(?:jobs|queries)\/(\w+)/.exec(path)?.[1] ?? "");
  const isAskedThere = location === undefined || path.includes(`location=${location}`);
  if (job === undefined || !isAskedThere) return refusal(404, "notFound", "Not found: Job");
  if (isHanging && job.error === undefined) return { status: 200, body: { status: { state: "RUNNING" } } };
  const status = { state: "DONE", ...(job.error === undefined ? {} : { errorResult: job.error }) };
  const statistics = { query: { totalBytesBilled: "10" } };
  return { status: 200, body: { status, statistics, jobComplete: true, schema: { fields: [] } } };
}

const finalErrors: Readonly<Record<string, object>> = {
  "job:timeout": {
    reason: "stopped",
    message: "Job execution was cancelled: Job timed out after 1800 sec",
  },
  "job:cancelled": {
    reason: "stopped",
    message: "Job execution was cancelled: User requested cancellation",
  },
  "job:unknownColumn": { reason: "invalidQuery", message: "Unrecognized name: totl at [3:8]" },
  "job:division": { reason: "invalidQuery", message: "division by zero: 1 / 0" },
};

function jobError(fault: RequestFault | undefined): object | undefined {
  if (fault !== undefined && fault in finalErrors) return finalErrors[fault];
  if (fault === "job:conflict") {
    return {
      reason: "invalidQuery",
      message: "Could not serialize access to table t due to concurrent update",
    };
  }
  const reason = fault?.startsWith("job:") === true ? fault.slice("job:".length) : undefined;
  return reason === undefined ? undefined : { reason, message: `the job met ${reason}` };
}

function refusalOf(fault: RequestFault | undefined): Answer | undefined {
  if (fault === "429") return refusal(429, "rateLimitExceeded", "slow down");
  if (fault === "500") return refusal(500, "internalError", "an internal error");
  if (fault === "503") return refusal(503, "backendError", "try again");
  if (fault === "rateLimitExceeded" || fault === "quotaExceeded") return refusal(403, fault, "too much");
  return undefined;
}

function refusal(code: number, reason: string, message: string): Answer {
  return { status: code, body: { error: { code, message, errors: [{ reason, message }] } } };
}

function send(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}
