import { z } from "zod";
import type { Hold } from "../domain/locks.ts";
import { Fault } from "../errors.ts";

/** What `lock.json` in the commit behind a hold says. */
const lockSchema = z.object({ who: z.string(), why: z.string(), since: z.string() });

/** Who stopped a runbook, why, and since when; unknown parts are empty. */
export type RunbookHold = { readonly who: string; readonly why: string; readonly since: string };

/** How the hold of a runbook is asked for: undefined when nobody holds it. Fault: github-failed. */
export type ReadHold = (runbook: string) => Promise<RunbookHold | undefined>;

/** The ref that a hold is, without `refs/`. */
export function holdRef(runbook: string): string {
  return `cascade/hold/${runbook}`;
}

/** The hold that a `lock.json` describes; one that does not parse is a hold all the same. */
export function parseHold(text: string): RunbookHold {
  try {
    return lockSchema.parse(JSON.parse(text));
  } catch {
    return { who: "", why: "", since: "" };
  }
}

/** What people are told of a hold that was asked for. */
export function holdOf(hold: RunbookHold | undefined): Hold {
  return hold === undefined ? { kind: "free" } : { kind: "held", ...hold };
}

/** The same for a report, which is made also where GitHub does not answer. */
export async function lookForHold(readHold: ReadHold, runbook: string): Promise<Hold> {
  try {
    return holdOf(await readHold(runbook));
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause;
    return { kind: "unknown" };
  }
}

/** Refuses to work on a runbook that a person holds. Fault: on-hold. */
export async function refuseHold(readHold: ReadHold, runbook: string): Promise<void> {
  const hold = await readHold(runbook);
  if (hold === undefined) return;
  const who = hold.who === "" ? "somebody" : hold.who;
  const since = hold.since === "" ? "" : ` since ${hold.since}`;
  const why = hold.why === "" ? "" : `: ${hold.why}`;
  throw new Fault("on-hold", `Cannot run "${runbook}": ${who} holds it${since}${why}`, {
    hint: "Release it with `cascade release` or the comment /cascade release, then dispatch again",
  });
}
