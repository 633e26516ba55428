import type { CalendarDate } from "../domain/calendar-date.ts";
import { createDateFlags, type DateFlags } from "../plan/calendar/date-flags.ts";
import type { WarehouseState } from "../plan/plan.ts";
import { createTimeline, indexOfDate } from "../plan/calendar/timeline.ts";
import { upstreamsOf } from "../plan/upstream/upstream.ts";
import type { GateKind, Runbook } from "../runbook/runbook.ts";
import type { SourceGaps } from "./gate-findings.ts";

/** A date of a source that lacks rows. */
export type RawGap = {
  readonly date: CalendarDate;
  readonly text: string;
  /** The kind of gate that knows it. */
  readonly asks: GateKind;
};

/** Tells the first date inside the windows of a partition on which a source lacks rows, or none. */
export function createSourceGaps(
  runbook: Runbook,
  state: WarehouseState,
  gaps: readonly SourceGaps[],
): (processor: string, date: CalendarDate) => RawGap | undefined {
  const timeline = createTimeline(state.calendar, state.content.values());
  const upstreams = upstreamsOf(runbook);
  const lacking: { readonly table: string; readonly asks: GateKind; readonly flags: DateFlags }[] = [];
  for (const { table, processor, missing, low, asks = "gaps" } of gaps) {
    const dates = [...missing, ...low.map(({ date }) => date)];
    if (processor !== undefined || dates.length === 0) continue;
    const flags = createDateFlags(timeline.dates.length);
    for (const date of dates) flags.set(indexOfDate(timeline, date), true);
    lacking.push({ table, asks, flags });
  }
  return (processor, date) => {
    const index = indexOfDate(timeline, date);
    for (const { edge } of upstreams.get(processor) ?? []) {
      const span = timeline.spanOf(edge.window);
      for (const { asks, flags } of lacking.filter(({ table }) => table === edge.table)) {
        const found = timeline.dates[flags.firstIn(span.from[index] ?? 0, index + span.reach) ?? -1];
        if (found !== undefined) return { date: found, text: `${edge.table} lacks rows on ${found}`, asks };
      }
    }
    return undefined;
  };
}
