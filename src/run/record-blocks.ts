import {
  appendAttempts,
  appendBlocks,
  type AttemptHead,
  type AttemptRow,
} from "../ledger/append-attempts.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import type { ClassifiedDates, Knowledge } from "./classify-dates.ts";
import type { UpstreamGap } from "./run-event.ts";

/**
 * Records dates that wait for their upstream: a ledger row and a date-level failure each, in one transaction. A block
 * with the cause of the newest attempt appends nothing. Rows that stand in the table stay untouched.
 */
export async function recordBlocks(
  warehouse: Warehouse,
  { knowledge, head }: { readonly knowledge: Knowledge; readonly head: AttemptHead },
  blocked: ClassifiedDates["blocked"],
): Promise<void> {
  const ledger = knowledge.state.ledger.get(head.processor);
  const rows = blocked
    .map(({ date, upstream }) => ({ date, error: `waits for ${upstream.map(formatGap).join("; ")}` }))
    .filter(({ date, error }) => {
      const newest = ledger?.get(date)?.attempt;
      return newest?.status !== "blocked" || newest.error !== error;
    })
    .map((block): AttemptRow => ({ ...block, ...emptyAttempt, status: "blocked" }));
  if (rows.length === 0) return;
  await warehouse.execute([appendBlocks(warehouse, head, rows), appendAttempts(warehouse, head, rows)]);
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

/** `SALES 2021-11-20, 2021-11-21 and 4 more dates`. */
export function formatGap(gap: UpstreamGap): string {
  const more = gap.count - gap.dates.length;
  return `${gap.upstream} ${gap.dates.join(", ")}${more > 0 ? ` and ${more} more dates` : ""}`;
}
