import type { DuckDBConnection } from "@duckdb/node-api";
import { interruptedFault } from "./interrupted-fault.ts";

/** How often a statement in flight is told to stop: DuckDB forgets an interruption that comes before it executes. */
const repeatMs = 20;

/** Stops a connection for good: what is in flight, and whatever would come after it. */
export type Interruption = {
  readonly stop: () => void;
  /** Aborted once the connection is stopped. */
  readonly signal: AbortSignal;
  /** Does work on the connection unless it has been stopped. Fault: interrupted. */
  readonly guard: <Result>(purpose: string, work: () => Promise<Result>) => Promise<Result>;
};

/** The interruption of one connection; `parent` is aborted when the one that it was opened from is stopped. */
export function createInterruption(connection: DuckDBConnection, parent?: AbortSignal): Interruption {
  const own = new AbortController();
  const signal = parent === undefined ? own.signal : AbortSignal.any([parent, own.signal]);
  let inFlight = 0;
  function press(): void {
    if (inFlight === 0) return;
    connection.interrupt();
    setTimeout(press, repeatMs);
  }
  signal.addEventListener("abort", press);
  return {
    stop: () => own.abort(),
    signal,
    async guard(purpose, work) {
      if (signal.aborted) throw interruptedFault(purpose);
      inFlight += 1;
      try {
        return await work();
      } finally {
        inFlight -= 1;
      }
    },
  };
}
