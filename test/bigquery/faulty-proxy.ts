import { setTimeout as wait } from "node:timers/promises";
import { startServer, type LocalServer } from "./local-server.ts";

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

/** Puts a proxy before a server, on whose way requests meet faults; `fault` decides about each. */
export function startFaultyProxy(target: string, fault: () => WayFault | undefined): Promise<LocalServer> {
  return startServer(async (request, body) => {
    const met = fault();
    if (met === "reset") return undefined;
    const [status, reason] = (met && refusals[met]) ?? [];
    if (status !== undefined) {
      const error = { code: status, message: "not now", errors: [{ reason, message: "not now" }] };
      return { status, body: JSON.stringify({ error }) };
    }
    const method = request.method ?? "GET";
    const found = await fetch(`${target}${request.url}`, {
      method,
      headers: { "content-type": request.headers["content-type"] ?? "application/json" },
      ...(method === "GET" ? {} : { body }),
    });
    const text = await found.text();
    if (met === "slow") await wait(slowMs);
    return met === "lost" ? undefined : { status: found.status, body: text };
  });
}
