import { tupleText } from "../../domain/tuple-text.ts";
import { hullOf, type CalendarDate, type DateRange } from "../../domain/calendar-date.ts";
import type { TableId } from "../../domain/table-id.ts";
import type { Runbook } from "../../runbook/runbook.ts";
import { missingRows } from "../../runbook/waiver.ts";
import type { Selection, WarehouseState } from "../plan.ts";
import { withExpired } from "../versions/frozen.ts";
import { waiversInForce, type WaiverVerdict } from "./waivers-in-force.ts";

/** The range over which the state has to be read for a plan: the selection's, and the dates of every waiver that has some. */
export function planStateRange(runbook: Pick<Runbook, "waivers">, range: DateRange): DateRange {
  const waived = runbook.waivers.flatMap(({ dates }) => dates);
  return hullOf([range.from, range.to, ...waived]) ?? range;
}

/** What a plan is made from: the selection and the state, knowing what waivers accept on the day. */
export function withWaivers(
  selection: Selection,
  world: { readonly runbook: Runbook; readonly state: WarehouseState; readonly today: CalendarDate },
): { readonly selection: Selection; readonly state: WarehouseState } {
  const { runbook, state, today } = world;
  const { state: known, verdicts } = asOf(runbook, state, today);
  return {
    selection: { ...selection, isWaived: gapWaived(verdicts) },
    state: selection.allowEmpty === true ? withAccepted(state, verdicts) : known,
  };
}

/** The state, knowing what waivers accept and what has expired on a day, and the verdicts on the waivers. */
export function asOf(
  runbook: Runbook,
  state: WarehouseState,
  today: CalendarDate,
): { readonly state: WarehouseState; readonly verdicts: readonly WaiverVerdict[] } {
  const verdicts = waiversInForce(runbook, { state, today });
  return { state: withExpired(runbook, withAccepted(state, verdicts), today), verdicts };
}

/** The state, knowing on which dates of sources it is accepted that there is nothing. */
function withAccepted(state: WarehouseState, verdicts: readonly WaiverVerdict[]): WarehouseState {
  const accepted = new Map<TableId, Set<CalendarDate>>();
  for (const { status, waiver } of verdicts) {
    const { source, finding, dates } = waiver;
    if (status !== "in-force" || source === undefined || finding !== missingRows) continue;
    accepted.set(source, new Set([...(accepted.get(source) ?? []), ...dates]));
  }
  return accepted.size === 0 ? state : { ...state, accepted };
}

/** Tells whether a gap waiver in force covers a partition. */
export function gapWaived(verdicts: readonly WaiverVerdict[]): NonNullable<Selection["isWaived"]> {
  const pairs = verdicts
    .filter(({ status, waiver }) => status === "in-force" && waiver.kind === "gap")
    .flatMap(({ waiver }) => waiver.dates.map((date) => tupleText([waiver.processor ?? "", date])));
  const waived = new Set(pairs);
  return (processor, date) => waived.has(tupleText([processor, date]));
}
