import type { IncomingMessage } from "node:http";
import { startServer } from "./local-server.ts";

/** A server before a BigQuery service, on which the first job whose statement matches does not end. */
export type StallingProxy = AsyncDisposable & {
  readonly endpoint: string;
  /** Resolves once the job has been sent, and has taken effect where it should. */
  readonly reached: Promise<void>;
  /** Lets the job end. */
  readonly release: () => void;
};

/** Which job, and whether it stalls before it takes effect or after. */
export type Stall = { readonly statement: RegExp; readonly when: "before" | "after" };

/** Starts the server; a stalled job that is cancelled ends as BigQuery ends one, without effect. */
export async function startStalling(endpoint: string, { statement, when }: Stall): Promise<StallingProxy> {
  const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
  let stalled: { readonly id: string; readonly path: string; readonly body: string } | undefined;
  let state: "waiting" | "stalled" | "released" | "cancelled" = "waiting";
  async function forward(method: string, path: string, body: string): Promise<Answer> {
    const init = { method, headers: { "content-type": "application/json" } };
    const answer = await fetch(`${endpoint}${path}`, body === "" ? init : { ...init, body });
    return { status: answer.status, body: await answer.text() };
  }
  async function insert(path: string, body: string): Promise<Answer> {
    const { jobReference, configuration } = JSON.parse(body);
    if (state !== "waiting" || !statement.test(configuration.query?.query ?? ""))
      return forward("POST", path, body);
    state = "stalled";
    stalled = { id: jobReference.jobId, path, body };
    if (when === "after") await forward("POST", path, body);
    reach();
    return running;
  }
  async function look(path: string): Promise<Answer> {
    if (state === "stalled") return running;
    if (state === "cancelled") return stopped;
    const answer = await forward("GET", path, "");
    if (answer.status !== 404 || stalled === undefined || when === "after") return answer;
    await forward("POST", stalled.path, stalled.body);
    return running;
  }
  async function answer(request: IncomingMessage, body: string): Promise<Answer> {
    const [method, path] = [request.method ?? "GET", request.url ?? ""];
    if (method === "POST" && /\/jobs(?:\?|$)/.test(path)) return insert(path, body);
    const isStalled = stalled !== undefined && path.includes(`/jobs/${stalled.id}`);
    if (!isStalled) return forward(method, path, body);
    if (!path.includes("/cancel")) return look(path);
    if (state === "stalled") state = "cancelled";
    return { status: 200, body: "{}" };
  }
  const server = await startServer((request, body) =>
    answer(request, body.toString("utf8")).catch(() => undefined),
  );
  return {
    endpoint: server.endpoint,
    reached,
    release() {
      state = "released";
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

type Answer = { readonly status: number; readonly body: string };

const running: Answer = { status: 200, body: JSON.stringify({ status: { state: "RUNNING" } }) };

const stopped: Answer = {
  status: 200,
  body: JSON.stringify({
    status: { state: "DONE", errorResult: { reason: "stopped", message: "the job was cancelled" } },
  }),
};
