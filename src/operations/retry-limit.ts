import type { CalendarDate } from "../domain/calendar-date.ts";
import { readsByProcessor } from "../plan/upstream/upstream.ts";
import type { Runbook } from "../runbook/runbook.ts";
import { withUpstream } from "../runbook/upstream.ts";

/** Keeps a recovery from trying the same thing again under the same circumstances. */
export type RetryLimit = {
  /** Whether a partition has not been run yet, or something upstream of it has been committed since. */
  mayRun(processor: string, date: CalendarDate): boolean;
  /** Takes over that a partition was run. */
  learn(processor: string, date: CalendarDate, isCommitted: boolean): void;
};

/** A limit that knows of no run yet. */
export function createRetryLimit(runbook: Runbook): RetryLimit {
  const reads = readsByProcessor(runbook);
  const runs = new Map<string, number>();
  const commits = new Map<string, number>();
  let now = 0;
  return {
    mayRun(processor, date) {
      const last = runs.get(`${processor} ${date}`);
      if (last === undefined) return true;
      const ancestors = withUpstream(reads, reads.get(processor) ?? []);
      return [...ancestors].some((id) => (commits.get(id) ?? 0) > last);
    },
    learn(processor, date, isCommitted) {
      now += 1;
      runs.set(`${processor} ${date}`, now);
      if (isCommitted) commits.set(processor, now);
    },
  };
}
