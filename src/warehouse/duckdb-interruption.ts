import type { DuckDBConnection } from "@duckdb/node-api";
import { interruptedFault } from "./interrupted-fault.ts";
import { tooLongFault } from "./statement-fault.ts";

/** Minutes after which a statement is given up: as long as a job on BigQuery may run. */
export const usualLimitMinutes = 30;

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
export function createInterruption(
  connection: DuckDBConnection,
  { parent, limitMs }: { readonly parent?: AbortSignal | undefined; readonly limitMs: number },
): Interruption {
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
      const late = stopLate(connection, limitMs);
      try {
        return await work();
      } catch (cause) {
        if (late.hasPassed()) throw tooLongFault(purpose, limitText(limitMs));
        throw cause;
      } finally {
        late[Symbol.dispose]();
        inFlight -= 1;
      }
    },
  };
}

/** Interrupts what is in flight once the limit has passed, until it is disposed. */
function stopLate(
  connection: DuckDBConnection,
  limitMs: number,
): Disposable & { readonly hasPassed: () => boolean } {
  let hasPassed = false;
  function press(): void {
    hasPassed = true;
    connection.interrupt();
    timer = setTimeout(press, repeatMs);
  }
  let timer = setTimeout(press, limitMs);
  return { hasPassed: () => hasPassed, [Symbol.dispose]: () => clearTimeout(timer) };
}

function limitText(limitMs: number): string {
  return limitMs < 60_000 ? `${limitMs} ms` : `${Math.round(limitMs / 60_000)} minutes`;
}
