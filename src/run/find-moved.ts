import type { CalendarDate } from "../domain/calendar-date.ts";
import { readInputs } from "../ledger/read-inputs.ts";
import { changedEdges, upstreamsOf, type Upstream } from "../plan/upstream/upstream.ts";
import { ownDates } from "../plan/calendar/own-days.ts";
import { inputReach } from "../plan/upstream/input-reach.ts";
import { createFingerprints } from "../plan/versions/window-fingerprint.ts";
import type { Processor, Runbook } from "../runbook/runbook.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import type { Knowledge } from "./classify-dates.ts";

/** Dates whose inputs are no longer those that they were judged by, each with what changed: processors and tables. */
export type MovedDates = ReadonlyMap<CalendarDate, readonly string[]>;

/**
 * Reads the inputs of `dates` again and compares them with what is known. Between this and the commit something may
 * still change: then the fingerprint of the commit is no longer current, and the date is pending again. Nothing can
 * move, and nothing is read, in a warehouse that this process has for itself.
 */
export async function findMoved(
  warehouse: Warehouse,
  {
    runbook,
    knowledge,
    processor,
  }: { readonly runbook: Runbook; readonly knowledge: Knowledge; readonly processor: Processor },
  dates: readonly CalendarDate[],
): Promise<MovedDates> {
  if (warehouse.exclusive) return new Map();
  const { state, fingerprints } = knowledge;
  const reach = inputReach(runbook, { processor: processor.id, dates, calendar: state.calendar });
  const found = await readInputs(warehouse, runbook, { reach, known: state, memory: knowledge.versions });
  const current = createFingerprints(runbook, found);
  const onCalendar = ownDates(found.calendar, processor);
  const upstreams = upstreamsOf(runbook).get(processor.id) ?? [];
  const moved = new Map<CalendarDate, readonly string[]>();
  for (const date of dates) {
    const before = fingerprints.inputsOf(processor.id, date);
    if (!onCalendar.has(date)) moved.set(date, [runbook.calendar.table]);
    else if (before !== current.inputsOf(processor.id, date)) {
      moved.set(date, namesOf(upstreams, { before, now: current.inputsOf(processor.id, date) }));
    }
  }
  return moved;
}

function namesOf(
  upstreams: readonly Upstream[],
  { before, now }: { readonly before: string; readonly now: string },
): readonly string[] {
  const changed = new Set(
    changedEdges(
      before,
      now,
      upstreams.map(({ label }) => label),
    ),
  );
  const named = upstreams
    .filter(({ label }) => changed.has(label))
    .map(({ edge, producer }) => (producer.kind === "processor" ? producer.processor.id : edge.table));
  return [...new Set(named)];
}

/** `shop_raw.sales changed while it was computed: nothing was committed, run it again`. */
export function formatMoved(upstream: readonly string[]): string {
  return `${upstream.join(", ")} changed while it was computed: nothing was committed, run it again`;
}
