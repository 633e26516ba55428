import { isWithin } from "../../domain/calendar-date.ts";
import type { GateScope } from "../gate-scope.ts";
import { ownScope } from "../own-scope.ts";
import type { Coverage } from "./coverage-row.ts";

/** The coverage of some days out of that of more; what lies off the calendar counts by the range. */
export function coverageWithin({ rows, strays, failed }: Coverage, scope: GateScope): Coverage {
  const own = new Map(
    scope.runbook.processors.map((processor) => {
      const { days, range } = ownScope(scope, processor);
      return [processor.id, { range, dates: new Set(days.map(({ date }) => date)) }];
    }),
  );
  return {
    rows: rows.filter(({ processor, date }) => own.get(processor)?.dates.has(date) === true),
    strays: strays.filter(({ processor, date }) => isWithin(date, own.get(processor)?.range ?? scope.range)),
    failed,
  };
}
