import { createHash } from "node:crypto";
import { actionsOperations } from "./actions-operations.ts";
import { artifactOperations } from "./artifact-operations.ts";
import { badCredentials, findCaller, refuseAccess } from "./authorize.ts";
import { checkOperations } from "./check-operations.ts";
import { commentOperations } from "./comment-operations.ts";
import { completeBody } from "./complete-body.ts";
import { openContract, type Contract, type FoundOperation } from "./contract.ts";
import { takeFault, type WaitingFault } from "./faults.ts";
import { gitOperations } from "./git-operations.ts";
import { issueOperations } from "./issue-operations.ts";
import { notFound, type Call, type Operation, type Reply } from "./operation.ts";
import { cutPage } from "./pages.ts";
import { repositoryOperations } from "./repository-operations.ts";
import type { RunHost } from "./run-host.ts";
import type { Caller, GitHubState } from "./state.ts";

const operations: Readonly<Record<string, Operation>> = {
  ...repositoryOperations,
  ...issueOperations,
  ...commentOperations,
  ...gitOperations,
  ...checkOperations,
  ...actionsOperations,
  ...artifactOperations,
};

/** A request as it came in. */
export type ApiRequest = {
  readonly method: string;
  readonly address: URL;
  readonly authorization: string | undefined;
  /** The tag of the answer that the caller has, as `if-none-match`. */
  readonly known?: string | undefined;
  readonly body: unknown;
};

/** A request that was answered, for counting. */
export type LoggedRequest = {
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly login: string | undefined;
  /** The job whose token was used. */
  readonly job: string | undefined;
};

/** The REST API over a state. */
export type RestApi = {
  readonly answer: (request: ApiRequest) => Promise<Reply | "reset">;
  readonly requests: LoggedRequest[];
  /** Requests and answers that the official description does not allow. */
  readonly violations: string[];
  readonly faults: WaitingFault[];
};

type World = {
  readonly state: GitHubState;
  readonly host: RunHost;
  readonly url: () => string;
  /** Requests per hour of a job's token. */
  readonly rateLimit: number;
};

/** An answer with its tag; nothing but "not modified" where the caller has it, which costs them no request. */
function tagged({ method, known }: ApiRequest, reply: Reply | "reset"): Reply | "reset" {
  if (reply === "reset" || method !== "GET" || reply.status !== 200) return reply;
  const etag = `"${createHash("sha256").update(JSON.stringify(reply.body)).digest("hex")}"`;
  const headers = { ...reply.headers, etag };
  return known === etag ? { status: 304, headers } : { ...reply, headers };
}

/** An API whose every request and answer is judged by the official description. */
export function openRestApi({ state, host, url, rateLimit }: World): RestApi {
  const contract = sharedContract();
  const api: RestApi = { answer, requests: [], violations: [], faults: [] };
  const used = new Map<string, number>();

  async function answer(request: ApiRequest): Promise<Reply | "reset"> {
    const found = contract.find(request.method, request.address.pathname);
    const caller = findCaller(state, request.authorization);
    const reply = tagged(request, await reach(request, found, caller));
    api.requests.push({
      operation: found?.id ?? "unknown",
      method: request.method,
      path: request.address.pathname,
      status: reply === "reset" ? 0 : reply.status,
      login: caller?.login,
      job: caller?.job,
    });
    if (reply === "reset") return reply;
    const cost = reply.status === 304 ? 0 : 1;
    const count = (used.get(request.authorization ?? "") ?? 0) + cost;
    used.set(request.authorization ?? "", count);
    return { ...reply, headers: { ...rateHeaders(count), ...reply.headers } };
  }

  async function reach(request: ApiRequest, found: FoundOperation | undefined, caller: Caller | undefined) {
    if (found === undefined) return violate(`No operation for ${request.method} ${request.address.pathname}`);
    const fault = takeFault(api.faults, found.id);
    if (fault !== undefined && fault.applied !== true) return fault.answer;
    const reply = await judge(request, found, caller);
    return fault?.answer ?? reply;
  }

  async function judge(
    request: ApiRequest,
    found: FoundOperation,
    caller: Caller | undefined,
  ): Promise<Reply> {
    const faults = contract.judgeRequest(found.id, request.address.searchParams, request.body);
    if (faults.length > 0) return violate(...faults);
    const raw = cutPage(await perform(request, found, caller), request.address);
    const pointer = contract.responsePointer(found.id, raw.status);
    const body = pointer === undefined ? raw.body : completeBody(contract.openApi, pointer, raw.body);
    const wrong = contract.judgeResponse(found.id, raw.status, body);
    return wrong.length > 0 ? violate(...wrong) : { ...raw, body };
  }

  async function perform(
    request: ApiRequest,
    found: FoundOperation,
    caller: Caller | undefined,
  ): Promise<Reply> {
    const operation = operations[found.id];
    if (operation === undefined || caller === undefined) return badCredentials;
    if ((used.get(request.authorization ?? "") ?? 0) >= rateLimit) return rateExceeded;
    const { owner, repo } = found.parameters;
    if (owner !== undefined && `${owner}/${repo}`.toLowerCase() !== state.repository.toLowerCase())
      return notFound;
    const call: Call = {
      state,
      host,
      caller,
      url: url(),
      parameters: found.parameters,
      query: request.address.searchParams,
      body: request.body ?? {},
    };
    const access = typeof operation.access === "function" ? operation.access(call) : operation.access;
    return refuseAccess(state, caller, access) ?? (await operation.handle(call));
  }

  /** 400, which no client tries again. */
  function violate(...messages: readonly string[]): Reply {
    api.violations.push(...messages);
    return { status: 400, body: { message: messages.join("; ") } };
  }

  function rateHeaders(count: number): Record<string, string> {
    return {
      "x-ratelimit-limit": String(rateLimit),
      "x-ratelimit-used": String(count),
      "x-ratelimit-remaining": String(Math.max(rateLimit - count, 0)),
      "x-ratelimit-reset": String(Date.UTC(2026, 0, 5, 1) / 1000),
      "x-ratelimit-resource": "core",
    };
  }
  return api;
}

let opened: Contract | undefined;

/** Compiling the schemas takes longer than most tests. */
function sharedContract(): Contract {
  opened ??= openContract(Object.keys(operations));
  return opened;
}

const rateExceeded: Reply = {
  status: 403,
  body: {
    message: "API rate limit exceeded for installation.",
    documentation_url: "https://docs.github.com/rest",
  },
};
