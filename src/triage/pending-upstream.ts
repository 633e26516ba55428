import type { CalendarDate } from "../domain/calendar-date.ts";
import { createDateFlags, type DateFlags } from "../plan/calendar/date-flags.ts";
import type { Plan, WarehouseState } from "../plan/plan.ts";
import { createTimeline, indexOfDate } from "../plan/calendar/timeline.ts";
import { upstreamsOf } from "../plan/upstream/upstream.ts";
import type { Runbook } from "../runbook/runbook.ts";

/** An upstream partition that a plan is going to run. */
export type PendingUpstream = { readonly processor: string; readonly date: CalendarDate };

/** Tells the first upstream partition inside the windows of a partition that the plan runs, or none. */
export function createPendingUpstream(
  runbook: Runbook,
  state: WarehouseState,
  plan: Plan,
): (processor: string, date: CalendarDate) => PendingUpstream | undefined {
  const timeline = createTimeline(state.calendar, state.content.values());
  const upstreams = upstreamsOf(runbook);
  const flags = new Map<string, DateFlags>();
  for (const { processor, dates } of plan.cells) {
    const own = flags.get(processor) ?? createDateFlags(timeline.dates.length);
    flags.set(processor, own);
    for (const date of dates) own.set(indexOfDate(timeline, date), true);
  }
  return (processor, date) => {
    const index = indexOfDate(timeline, date);
    for (const { edge, producer } of upstreams.get(processor) ?? []) {
      if (producer.kind !== "processor") continue;
      const span = timeline.spanOf(edge.window);
      const first = flags.get(producer.processor.id)?.firstIn(span.from[index] ?? 0, index + span.reach);
      const found = timeline.dates[first ?? -1];
      if (found !== undefined) return { processor: producer.processor.id, date: found };
    }
    return undefined;
  };
}
