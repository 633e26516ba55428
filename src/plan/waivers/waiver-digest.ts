import { isWithin, type CalendarDate } from "../../domain/calendar-date.ts";
import { everyOf, ownDays } from "../calendar/own-days.ts";
import type { WarehouseState } from "../plan.ts";
import { emptyContent } from "../versions/settlement.ts";
import { digest128 } from "../versions/version-sums.ts";
import { createFingerprints, type Fingerprints } from "../versions/window-fingerprint.ts";
import type { Runbook } from "../../runbook/runbook.ts";
import type { Waiver } from "../../runbook/waiver.ts";

/** What of a waiver decides which content it was accepted for. */
export type WaiverExtent = Pick<Waiver, "kind" | "processor" | "source" | "period" | "dates">;

/**
 * 32 hexadecimal digits over the versions of all upstream partitions inside the windows of the waiver's dates, or, of a
 * finding, over those of its own table on them. It changes with content and never with a definition. The state has to
 * reach over the dates and their season.
 */
export function waiverDigest(
  runbook: Runbook,
  state: WarehouseState,
  extent: WaiverExtent,
  fingerprints: Fingerprints = createFingerprints(runbook, state),
): string {
  const dates = waiverDates(runbook, state, extent);
  const versionOf = extent.kind === "finding" ? ownVersions(runbook, state, extent) : upstreamVersions;
  return digest128(dates.map((date) => `${date} ${versionOf(date)}`).join("\n"));
  function upstreamVersions(date: CalendarDate): string {
    return fingerprints.inputsOf(extent.processor ?? "", date);
  }
}

/** Rows and failures of the waiver's own table by date. */
function ownVersions(
  { processors }: Pick<Runbook, "processors">,
  { content, ledger }: Pick<WarehouseState, "content" | "ledger">,
  { processor, source }: WaiverExtent,
): (date: CalendarDate) => string {
  const table = source ?? processors.find(({ id }) => id === processor)?.table;
  const rows = table === undefined ? undefined : content.get(table);
  const failures = ledger.get(processor ?? "");
  return (date) =>
    [rows?.get(date), failures?.get(date)?.failures]
      .map((part = emptyContent) => (part.rows === 0 ? "none" : `${part.rows} ${part.version}`))
      .join(" + ");
}

/** The calendar dates of a waiver: the named ones, or those of its period. */
function waiverDates(
  runbook: Pick<Runbook, "periods" | "processors">,
  state: Pick<WarehouseState, "calendar">,
  { kind, processor, period, dates }: WaiverExtent,
): readonly CalendarDate[] {
  const own = runbook.processors.find(({ id }) => id === processor) ?? {};
  const range = runbook.periods.find(({ id }) => id === period);
  return ownDays(state.calendar, everyOf(own))
    .map(({ date }) => date)
    .filter((date) =>
      kind === "budget" ? range !== undefined && isWithin(date, range) : dates.includes(date),
    );
}
