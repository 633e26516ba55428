import type { CalendarDate } from "../../domain/calendar-date.ts";
import type { Source } from "../../runbook/runbook.ts";
import type { Attempt, RowContent, WarehouseState } from "../plan.ts";

/**
 * Content of a partition, or of an attempt's failures, without rows. Who records an attempt writes this version, not
 * the hash of nothing, so that "no rows" is equal on every warehouse and carries no hash tag.
 */
export const emptyContent: RowContent = { rows: 0, version: "" };

/** Why a partition does not count as settled. `other-hash-tag`: it may be unchanged, but has to be verified again. */
export type UnsettledWhy = "never-run" | "failed" | "blocked" | "content-differs" | "other-hash-tag";

/** Whether the newest attempt of a partition was committed and still matches what the tables hold. */
export type Settlement =
  | { readonly kind: "settled" }
  | { readonly kind: "unsettled"; readonly why: UnsettledWhy };

/** What settlement is judged by; `processor` is what `WarehouseState.ledger` is keyed by. */
export type SettlementState = Pick<WarehouseState, "hashTag" | "content" | "ledger">;

const settled: Settlement = { kind: "settled" };

/** The settlement of one partition of a processor, whatever its inputs have become since. */
export function settlementOf(
  processor: { readonly id: string; readonly table: Source["table"] },
  date: CalendarDate,
  state: SettlementState,
): Settlement {
  const held = state.ledger.get(processor.id)?.get(date);
  if (held === undefined) return unsettled("never-run");
  if (held.attempt.status !== "committed") return unsettled(held.attempt.status);
  const content = state.content.get(processor.table)?.get(date) ?? emptyContent;
  if (!isTagged(held.attempt, state.hashTag)) return unsettled("other-hash-tag");
  return matches(held.attempt, content, held.failures) ? settled : unsettled("content-differs");
}

/** Whether a source may be read on a calendar date: it has rows there, need not have any, or somebody accepts that. */
export function isSourceSettled(
  source: Pick<Source, "table" | "required">,
  date: CalendarDate,
  state: Pick<WarehouseState, "content" | "accepted">,
): boolean {
  if (!source.required || state.accepted?.get(source.table)?.has(date) === true) return true;
  return (state.content.get(source.table)?.get(date)?.rows ?? 0) > 0;
}

function unsettled(why: UnsettledWhy): Settlement {
  return { kind: "unsettled", why };
}

function isTagged(attempt: Attempt, hashTag: string): boolean {
  const rows = attempt.rows === 0 || attempt.rowsVersion.startsWith(`${hashTag}:`);
  return rows && (attempt.failures === 0 || attempt.failuresVersion.startsWith(`${hashTag}:`));
}

function matches(attempt: Attempt, content: RowContent, failures: RowContent): boolean {
  return (
    isEqual({ rows: attempt.rows, version: attempt.rowsVersion }, content) &&
    isEqual({ rows: attempt.failures, version: attempt.failuresVersion }, failures)
  );
}

function isEqual(left: RowContent, right: RowContent): boolean {
  if (left.rows === 0 && right.rows === 0) return true;
  return left.rows === right.rows && left.version === right.version;
}
