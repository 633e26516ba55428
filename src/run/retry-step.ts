import { setTimeout as wait } from "node:timers/promises";
import type { CalendarDate } from "../domain/calendar-date.ts";
import { PassingFault } from "../errors.ts";
import type { Processor } from "../runbook/runbook.ts";
import { interruptedFault } from "../warehouse/interrupted-fault.ts";
import { StatementFault } from "../warehouse/statement-fault.ts";
import type { DatesAttempt } from "./bisect-dates.ts";
import type { RunEffects } from "./run-event.ts";

/** An attempt at dates that is made again while it may help. */
export type Retrying = (run: DatesAttempt["run"]) => DatesAttempt["run"];

/**
 * Makes attempts of a cell again, as often in all as its processor says and with pauses that double, where the failure
 * may pass, or the work was too large and is of one date, so that less cannot be asked for. Fault: interrupted.
 */
export function retryingOf({ id, retries }: Processor, effects: RunEffects): Retrying {
  const most = retries?.times ?? 0;
  let made = 0;
  return (run) => async (dates) => {
    for (;;) {
      try {
        await run(dates);
        return;
      } catch (cause) {
        if (retries === undefined || made >= most || !mayPass(cause, dates)) throw cause;
        const seconds = retries.backoffSeconds * 2 ** made;
        made += 1;
        const error = effects.redact(cause.message);
        effects.emit({ kind: "step-retried", processor: id, error, seconds, left: most - made });
        await pauseOrStop(seconds, { signal: effects.signal, id });
      }
    }
  };
}

function mayPass(cause: unknown, dates: readonly CalendarDate[]): cause is Error {
  if (cause instanceof PassingFault) return true;
  return cause instanceof StatementFault && cause.sort === "too-large" && dates.length === 1;
}

async function pauseOrStop(
  seconds: number,
  { signal, id }: { readonly signal: AbortSignal; readonly id: string },
): Promise<void> {
  try {
    await wait(seconds * 1000, undefined, { signal });
  } catch (cause) {
    throw interruptedFault(`compute ${id} again`, cause);
  }
}
