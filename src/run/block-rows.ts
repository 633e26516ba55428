import { formatSome } from "../domain/format.ts";
import type { AttemptRow } from "../ledger/append-attempts.ts";
import type { ClassifiedDates, Knowledge } from "./classify-dates.ts";
import type { DateOutcome, UpstreamGap } from "./run-event.ts";

/**
 * Ledger rows of dates that wait for their upstream. A block with the cause of the newest attempt has none. What stands
 * in the table stays untouched.
 */
export function blockRows(
  { state }: Knowledge,
  processor: string,
  blocked: ClassifiedDates["blocked"],
): readonly AttemptRow[] {
  const ledger = state.ledger.get(processor);
  return blocked
    .map(({ date, upstream }) => ({ date, error: waitText(upstream) }))
    .filter(({ date, error }) => {
      const newest = ledger?.get(date)?.attempt;
      return newest?.status !== "blocked" || newest.error !== error;
    })
    .map((block): AttemptRow => ({ ...block, ...emptyAttempt, status: "blocked" }));
}

/** Fields of an attempt that committed nothing. */
export const emptyAttempt = {
  rows: 0,
  failures: 0,
  definition: "",
  inputs: "",
  rowsVersion: "",
  failuresVersion: "",
} as const;

/** Why a date was not computed: another run is at it, or its upstream is unsettled. */
export function blockText({ upstream, lease }: Extract<DateOutcome, { kind: "blocked" }>): string {
  return lease ?? waitText(upstream);
}

/** `waits for SALES 2021-11-20, 2021-11-21 and 4 more dates; may depend on DAYS 2021-11-20`. */
function waitText(upstream: readonly UpstreamGap[]): string {
  const parts = [
    { words: "waits for", gaps: upstream.filter(({ mayDepend }) => mayDepend !== true) },
    { words: "may depend on", gaps: upstream.filter(({ mayDepend }) => mayDepend === true) },
  ];
  return parts
    .filter(({ gaps }) => gaps.length > 0)
    .map(({ words, gaps }) => `${words} ${gaps.map(formatGap).join("; ")}`)
    .join("; ");
}

function formatGap(gap: UpstreamGap): string {
  const dates = formatSome(gap.dates, { limit: gap.dates.length, of: gap.count, noun: "date" });
  return `${gap.upstream} ${dates}`;
}
