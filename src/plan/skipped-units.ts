import type { CalendarDate } from "../domain/calendar-date.ts";
import type { SkippedUnits, SkipReason } from "./plan.ts";
import type { PlanScope, UnitVerdicts } from "./unit-verdict.ts";

const offCalendarReason: SkipReason = { kind: "not-a-game-date" };

/**
 * The units of a selection that are left out, by processor and reason in order of their first date. Days off the
 * calendar come last, once for each processor with selected dates.
 */
export function skippedUnits(
  { runbook, timeline, roles }: PlanScope,
  verdicts: UnitVerdicts,
  offCalendar: readonly CalendarDate[],
): readonly SkippedUnits[] {
  return runbook.processors.flatMap(({ id: processor }) => {
    const skipped = new Map<SkipReason, CalendarDate[]>();
    const own = verdicts.get(processor) ?? [];
    for (const [index, date] of timeline.dates.entries()) {
      const verdict = own[index];
      if (verdict?.kind !== "skip") continue;
      const dates = skipped.get(verdict.reason) ?? [];
      dates.push(date);
      skipped.set(verdict.reason, dates);
    }
    const groups: SkippedUnits[] = [...skipped].map(([reason, dates]) => ({ processor, dates, reason }));
    const isSelected = roles.get(processor)?.includes("selected") === true;
    if (!isSelected || offCalendar.length === 0) return groups;
    return [...groups, { processor, dates: offCalendar, reason: offCalendarReason }];
  });
}
