import { tupleText } from "../../domain/tuple-text.ts";
import { hullOf, type CalendarDate, type DateRange } from "../../domain/calendar-date.ts";
import type { Runbook } from "../../runbook/runbook.ts";
import type { Selection, WarehouseState } from "../plan.ts";
import { waiversInForce, type WaiverVerdict } from "./waivers-in-force.ts";

/** The range over which the state has to be read for a plan: the selection's, and the dates of every gap waiver. */
export function planStateRange(runbook: Pick<Runbook, "waivers">, range: DateRange): DateRange {
  const waived = runbook.waivers.filter(({ kind }) => kind === "gap").flatMap(({ dates }) => dates);
  return hullOf([range.from, range.to, ...waived]) ?? range;
}

/** The selection, knowing which failed attempts a gap waiver holds back on the day. */
export function withWaivers(
  selection: Selection,
  world: { readonly runbook: Runbook; readonly state: WarehouseState; readonly today: CalendarDate },
): Selection {
  const { runbook, state, today } = world;
  return { ...selection, isWaived: gapWaived(waiversInForce(runbook, { state, today })) };
}

/** Tells whether a gap waiver in force covers a partition. */
export function gapWaived(verdicts: readonly WaiverVerdict[]): NonNullable<Selection["isWaived"]> {
  const pairs = verdicts
    .filter(({ status, waiver }) => status === "in-force" && waiver.kind === "gap")
    .flatMap(({ waiver }) => waiver.dates.map((date) => tupleText([waiver.processor, date])));
  const waived = new Set(pairs);
  return (processor, date) => waived.has(tupleText([processor, date]));
}
