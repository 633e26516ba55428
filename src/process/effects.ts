import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { createRedact, secretsOf } from "../domain/redact.ts";
import type { RunEffects, RunEvent } from "../run/run-event.ts";

const interruptions = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * The real effects: clock, randomness, environment, and an abort signal raised by what interrupts a process. A second
 * interruption ends the process at once.
 */
export function openEffects(emit: (event: RunEvent) => void): RunEffects & Disposable {
  const controller = new AbortController();
  function abort(): void {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  }
  for (const name of interruptions) process.on(name, abort);
  return {
    now: () => new Date(),
    randomId: () => randomBytes(4).toString("hex"),
    emit,
    holder: holderOf(process.env),
    environment: Object.fromEntries(
      Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
    redact: createRedact(secretsOf(process.env)),
    signal: controller.signal,
    [Symbol.dispose]() {
      for (const name of interruptions) process.off(name, abort);
    },
  };
}

function holderOf({ USER, LOGNAME }: NodeJS.ProcessEnv): string {
  return `${USER ?? LOGNAME ?? "somebody"} on ${hostname()}, process ${process.pid}`;
}
