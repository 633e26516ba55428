import { isWithin, type CalendarDate } from "../domain/calendar-date.ts";
import type { Runbook } from "../runbook/runbook.ts";
import type { PartitionFacts } from "./decision.ts";

/** The period around a date that has left the calendar. */
export function periodAround({ periods }: Pick<Runbook, "periods">, date: CalendarDate): string {
  return periods.find((period) => isWithin(date, period))?.id ?? "none";
}

/** Of a date that has left the calendar nothing is expected and nothing is judged: what it holds is out of date. */
export function withdrawnFacts(unit: Pick<PartitionFacts, "processor" | "date" | "period">): PartitionFacts {
  return {
    ...unit,
    category: "none",
    state: "out-of-date",
    failure: "none",
    upstream: "settled",
    held: "free",
    contamination: "clean",
    rate: "no-expectation",
    notes: { state: "the date has left the calendar" },
    isCurrent: false,
    isRepeated: false,
    obstacle: undefined,
  };
}
