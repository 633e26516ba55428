import { isWithin, type CalendarDate } from "../../domain/calendar-date.ts";
import type { WarehouseState } from "../plan.ts";
import { digest128 } from "../versions/version-sums.ts";
import { createFingerprints, type Fingerprints } from "../versions/window-fingerprint.ts";
import type { Runbook } from "../../runbook/runbook.ts";
import type { Waiver } from "../../runbook/waiver.ts";

/** What of a waiver decides which content it was accepted for. */
export type WaiverExtent = Pick<Waiver, "kind" | "processor" | "period" | "dates">;

/**
 * 32 hexadecimal digits over the versions of all upstream partitions inside the windows of the waiver's dates. It
 * changes with content and never with a definition. The state has to reach over the dates and their season.
 */
export function waiverDigest(
  runbook: Runbook,
  state: WarehouseState,
  extent: WaiverExtent,
  fingerprints: Fingerprints = createFingerprints(runbook, state),
): string {
  const dates = waiverDates(runbook, state, extent);
  return digest128(
    dates.map((date) => `${date} ${fingerprints.inputsOf(extent.processor, date)}`).join("\n"),
  );
}

/** The calendar dates of a waiver: the named ones, or those of its period. */
function waiverDates(
  runbook: Pick<Runbook, "periods">,
  state: Pick<WarehouseState, "calendar">,
  { kind, period, dates }: WaiverExtent,
): readonly CalendarDate[] {
  const range = runbook.periods.find(({ id }) => id === period);
  return state.calendar
    .map(({ date }) => date)
    .filter((date) => (kind === "gap" ? dates.includes(date) : range !== undefined && isWithin(date, range)));
}
