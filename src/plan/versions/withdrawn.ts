import type { CalendarDate } from "../../domain/calendar-date.ts";
import type { Processor, Runbook } from "../../runbook/runbook.ts";
import { ownDates } from "../calendar/own-days.ts";
import type { Bookkeeping, WarehouseState } from "../plan.ts";

/** Dates that have left the calendar, by processor, ascending: what was committed for them is still there. */
export type WithdrawnDates = ReadonlyMap<string, readonly CalendarDate[]>;

/**
 * The dates off the calendar that processors have worked for and that still hold rows, failures or an attempt that came to
 * nothing. Rows that no attempt of theirs has left are not theirs to take back, and what is frozen stays.
 */
export function withdrawnDates(
  runbook: Runbook,
  state: Pick<WarehouseState, "calendar" | "content" | "ledger" | "frozen">,
): WithdrawnDates {
  return new Map(
    runbook.processors.map((processor) => {
      const onCalendar = ownDates(state.calendar, processor);
      const worked = [...(state.ledger.get(processor.id)?.keys() ?? [])];
      const frozen = state.frozen?.get(processor.id);
      const left = worked.filter(
        (date) => !onCalendar.has(date) && frozen?.has(date) !== true && isStanding(processor, date, state),
      );
      return [processor.id, left.toSorted()];
    }),
  );
}

/** The same of dates that have left the calendar because what it reads has expired: they stay. */
export function frozenOffCalendar(
  runbook: Runbook,
  { calendar, frozen = new Map() }: Pick<WarehouseState, "calendar" | "frozen">,
): WithdrawnDates {
  return new Map(
    runbook.processors.map((processor) => {
      const { id } = processor;
      const onCalendar = ownDates(calendar, processor);
      return [id, [...(frozen.get(id)?.keys() ?? [])].filter((date) => !onCalendar.has(date)).toSorted()];
    }),
  );
}

/** Every date that some processor has worked for, on the calendar or not. */
export function workedDates({ ledger }: Pick<WarehouseState, "ledger">): ReadonlySet<CalendarDate> {
  return new Set([...ledger.values()].flatMap((dates) => [...dates.keys()]));
}

/** Whether anything is left of what a processor did for a date. */
export function isStanding(
  { id, table }: Pick<Processor, "id" | "table">,
  date: CalendarDate,
  { content, ledger }: Pick<WarehouseState, "content" | "ledger">,
): boolean {
  const held = ledger.get(id)?.get(date);
  if (held === undefined) return false;
  return !isEmptied(held) || (content.get(table)?.get(date)?.rows ?? 0) > 0;
}

function isEmptied({ attempt, failures }: Bookkeeping): boolean {
  const isNothing = attempt.rows === 0 && attempt.failures === 0 && failures.rows === 0;
  return attempt.status === "committed" && isNothing;
}
