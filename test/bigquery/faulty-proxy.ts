import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

/** What may happen to a request on its way; `lost` and `slow` after it was carried out. */
export const wayFaults = ["429", "500", "503", "rateLimitExceeded", "reset", "lost", "slow"] as const;
/** One of `wayFaults`. */
export type WayFault = (typeof wayFaults)[number];

const refusals: Readonly<Partial<Record<WayFault, readonly [status: number, reason: string]>>> = {
  429: [429, "rateLimitExceeded"],
  500: [500, "internalError"],
  503: [503, "backendError"],
  rateLimitExceeded: [403, "rateLimitExceeded"],
};
const slowMs = 20;

/** A proxy; `fault` decides about each request. */
export type FaultyProxy = AsyncDisposable & { readonly endpoint: string };

/** Puts a proxy before a server, on whose way requests meet faults. */
export async function startFaultyProxy(
  target: string,
  fault: () => WayFault | undefined,
): Promise<FaultyProxy> {
  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer<ArrayBuffer>[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer<ArrayBuffer>);
    const met = fault();
    if (met === "reset") return void request.socket.destroy();
    const [status, reason] = (met && refusals[met]) ?? [];
    if (status !== undefined) {
      const error = { code: status, message: "not now", errors: [{ reason, message: "not now" }] };
      return answer(response, status, JSON.stringify({ error }));
    }
    const method = request.method ?? "GET";
    const found = await fetch(`${target}${request.url}`, {
      method,
      headers: { "content-type": request.headers["content-type"] ?? "application/json" },
      ...(method === "GET" ? {} : { body: Buffer.concat(chunks) }),
    });
    const body = await found.text();
    if (met === "slow") await wait(slowMs);
    if (met === "lost") return void request.socket.destroy();
    answer(response, found.status, body);
  }
  const server = createServer((request, response) => {
    pass(request, response).catch((error: unknown) => answer(response, 500, String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(body);
}
