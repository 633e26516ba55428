import type { DuckDBConnection } from "@duckdb/node-api";
import { interruptedFault } from "./duckdb-faults.ts";

/** How often a statement in flight is told to stop: DuckDB forgets an interruption that comes before it executes. */
const repeatMs = 20;

/** Stops a connection for good: what is in flight, and whatever would come after it. */
export type Interruption = {
  readonly stop: () => void;
  /** Does work on the connection unless it has been stopped. Fault: interrupted. */
  readonly guard: <Result>(purpose: string, work: () => Promise<Result>) => Promise<Result>;
};

/** The interruption of one connection. */
export function createInterruption(connection: DuckDBConnection): Interruption {
  let isStopped = false;
  let inFlight = 0;
  function stop(): void {
    isStopped = true;
    if (inFlight === 0) return;
    connection.interrupt();
    setTimeout(stop, repeatMs);
  }
  return {
    stop,
    async guard(purpose, work) {
      if (isStopped) throw interruptedFault(purpose);
      inFlight += 1;
      try {
        return await work();
      } finally {
        inFlight -= 1;
      }
    },
  };
}
