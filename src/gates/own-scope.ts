import { startOf } from "../domain/every.ts";
import type { HeldDates } from "../ledger/record-gates.ts";
import { everyOf, ownDaysAmong, wholeRange } from "../plan/calendar/own-days.ts";
import type { CalendarDay } from "../plan/plan.ts";
import type { Processor } from "../runbook/runbook.ts";
import type { GateScope } from "./gate-scope.ts";

/**
 * The scope as it is for one processor: where it has a partition a week or month, its dates are those of the weeks and
 * months that a date of the scope lies in, and the range has these whole.
 */
export function ownScope(scope: GateScope, processor: Processor): GateScope {
  const every = everyOf(processor);
  if (every === "day") return scope;
  const { calendar } = scope.state;
  const days = ownDaysAmong(calendar, every, scope.allDays);
  const dates = new Set(days.map(({ date }) => date));
  const selected = [...scope.selected].map((date) => startOf(every, date));
  return {
    ...scope,
    range: wholeRange(every, scope.range),
    days,
    allDays: days,
    selected: new Set(selected),
    leadIn: ownDaysAmong(calendar, every, scope.leadIn).filter(({ date }) => !dates.has(date)),
  };
}

/** The days on which one processor is looked at. */
function daysOf(scope: GateScope, processor: Processor): readonly CalendarDay[] {
  const { leadIn, days } = ownScope(scope, processor);
  return processor.leadIn ? [...leadIn, ...days] : days;
}

/** Every date of every table of a scope. */
export function allDates(scope: GateScope): readonly HeldDates[] {
  const sources = [...scope.sources, ...scope.wholeSources].map(({ table }) => {
    return { table, processor: undefined, dates: scope.days.map(({ date }) => date) };
  });
  const processors = scope.processors.map((processor) => {
    return {
      table: processor.table,
      processor: processor.id,
      dates: daysOf(scope, processor).map(({ date }) => date),
    };
  });
  return [...sources, ...processors];
}
