import { isWithin, type DateRange } from "../domain/calendar-date.ts";
import type { Every } from "../domain/every.ts";
import { ownDays } from "../plan/calendar/own-days.ts";
import type { CalendarDay } from "../plan/plan.ts";
import { cutInputs, inputsOfReads } from "../plan/upstream/input-cut.ts";
import type { Runbook } from "../runbook/runbook.ts";
import type { TableRead } from "../runbook/table-read.ts";
import type { Dialect } from "../sql/dialect.ts";
import { narrowToCuts } from "../sql/narrow-to-cuts.ts";

/**
 * The text of a relation or a cause that sees, of the tables that it declares a window of, what lies inside the windows of
 * the calendar dates of a range. The text itself is narrowed on every engine: gates share a session.
 */
export function seenText(
  dialect: Dialect,
  {
    runbook,
    calendar,
    range,
    every = "day",
  }: {
    readonly runbook: Runbook;
    readonly calendar: readonly CalendarDay[];
    readonly range: DateRange;
    readonly every?: Every;
  },
  { text, reads }: { readonly text: string; readonly reads: readonly TableRead[] },
): string {
  const inputs = inputsOfReads(runbook, reads).filter(({ reaches }) =>
    reaches.every(({ kind }) => kind !== "everything"),
  );
  if (inputs.length === 0) return text;
  const dates = ownDays(calendar, every).flatMap(({ date }) => (isWithin(date, range) ? [date] : []));
  return narrowToCuts(dialect, text, cutInputs(runbook, { inputs, dates, calendar }));
}
