import { Fault } from "../errors.ts";

/** The operator stopped a session before or while it did something. */
export function interruptedFault(purpose: string, cause?: unknown): Fault {
  return new Fault("interrupted", `Stopped while trying to ${purpose}`, {
    hint: "Type the command again: what was committed stays, the rest is done anew",
    cause,
  });
}
