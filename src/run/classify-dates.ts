import type { CalendarDate } from "../domain/calendar-date.ts";
import type { VersionMemory } from "../ledger/version-memory.ts";
import type { AuditMemory } from "./audit/audit-memory.ts";
import type { Cell, WarehouseState } from "../plan/plan.ts";
import { ownDates } from "../plan/calendar/own-days.ts";
import { isStanding } from "../plan/versions/withdrawn.ts";
import type { SettledWindows } from "../plan/versions/settled-windows.ts";
import type { Fingerprints } from "../plan/versions/window-fingerprint.ts";
import type { Processor } from "../runbook/runbook.ts";
import type { UpstreamGap } from "./run-event.ts";

/** What the engine knows of the warehouse while it runs: the state at the start, brought forward by every commit. */
export type Knowledge = {
  readonly state: WarehouseState;
  readonly fingerprints: Fingerprints;
  readonly windows: SettledWindows;
  /** What the state's versions were learnt from, and what has been learnt since. */
  readonly versions: VersionMemory;
  /** The windows that were found true, and those that were audited since; undefined: nothing is audited. */
  readonly audits: AuditMemory | undefined;
};

/** A cell's dates by what has to happen to them. */
export type ClassifiedDates = {
  readonly free: readonly CalendarDate[];
  readonly upToDate: readonly CalendarDate[];
  readonly blocked: readonly { readonly date: CalendarDate; readonly upstream: readonly UpstreamGap[] }[];
};

const namedDates = 3;

/** Sorts a cell's dates: up to date (unless forced), blocked by unsettled upstream, or free to run. */
export function classifyDates(knowledge: Knowledge, processor: Processor, cell: Cell): ClassifiedDates {
  const free: CalendarDate[] = [];
  const upToDate: CalendarDate[] = [];
  const blocked: { date: CalendarDate; upstream: readonly UpstreamGap[] }[] = [];
  for (const date of cell.dates) {
    const gaps = knowledge.windows.unsettledUpstreamOf(processor.id, date);
    const isForced = cell.reasons.get(date)?.kind === "forced";
    if (!isForced && isUpToDate(knowledge, processor, date)) upToDate.push(date);
    else if (gaps.length > 0) blocked.push({ date, upstream: gaps.map(gapOf) });
    else free.push(date);
  }
  return { free, upToDate, blocked };
}

/** The same of dates that have left the calendar: free while something stands of them, whatever is around them. */
export function classifyWithdrawn({ state }: Knowledge, processor: Processor, cell: Cell): ClassifiedDates {
  const onCalendar = ownDates(state.calendar, processor);
  const [free, upToDate] = [true, false].map((isLeft) =>
    cell.dates.filter((date) => (onCalendar.has(date) || isStanding(processor, date, state)) === isLeft),
  );
  return { free: free ?? [], upToDate: upToDate ?? [], blocked: [] };
}

function gapOf(gap: {
  table: string;
  processor: string | undefined;
  dates: readonly CalendarDate[];
  mayDepend: boolean;
}): UpstreamGap {
  return {
    upstream: gap.processor ?? gap.table,
    dates: gap.dates.slice(0, namedDates),
    count: gap.dates.length,
    ...(gap.mayDepend ? { mayDepend: true } : {}),
  };
}

function isUpToDate(
  { state, fingerprints, windows }: Knowledge,
  processor: Processor,
  date: CalendarDate,
): boolean {
  if (state.frozen?.get(processor.id)?.has(date) === true) return true;
  if (!windows.isSettled(processor.id, date)) return false;
  const attempt = state.ledger.get(processor.id)?.get(date)?.attempt;
  return (
    attempt?.definition === fingerprints.definitionOf(processor.id) &&
    attempt.inputs === fingerprints.inputsOf(processor.id, date)
  );
}
