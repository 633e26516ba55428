import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import type { RunEffects, RunEvent } from "../run/run-event.ts";

/** The real effects: clock, randomness, environment, and an abort signal raised by SIGINT and SIGTERM. */
export function openEffects(emit: (event: RunEvent) => void): RunEffects & Disposable {
  const controller = new AbortController();
  function abort(): void {
    controller.abort();
  }
  process.once("SIGINT", abort);
  process.once("SIGTERM", abort);
  return {
    now: () => new Date(),
    randomId: () => randomBytes(4).toString("hex"),
    emit,
    holder: holderOf(process.env),
    environment: Object.fromEntries(
      Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
    signal: controller.signal,
    [Symbol.dispose]() {
      process.off("SIGINT", abort);
      process.off("SIGTERM", abort);
    },
  };
}

function holderOf({ USER, LOGNAME }: NodeJS.ProcessEnv): string {
  return `${USER ?? LOGNAME ?? "somebody"} on ${hostname()}, process ${process.pid}`;
}
