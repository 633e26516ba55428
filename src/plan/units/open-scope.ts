import type { CalendarDate } from "../../domain/calendar-date.ts";
import type { TableId } from "../../domain/table-id.ts";
import type { Runbook } from "../../runbook/runbook.ts";
import type { Selection, WarehouseState } from "../plan.ts";
import { allDays } from "../calendar/own-days.ts";
import { selectDates } from "../calendar/select-dates.ts";
import {
  frozenOffCalendar,
  withdrawnDates,
  workedDates,
  type WithdrawnDates,
} from "../versions/withdrawn.ts";
import { createTableSums, type TableSums } from "../versions/table-sums.ts";
import { stateTimeline } from "../calendar/timeline.ts";
import { assignRoles } from "./unit-roles.ts";
import type { PlanScope } from "./unit-verdict.ts";
import { upstreamsOf } from "../upstream/upstream.ts";
import { createFingerprints } from "../versions/window-fingerprint.ts";

/** What a plan is made from; `offCalendar` are dates of the range that the calendar does not have. */
export type OpenScope = {
  readonly scope: PlanScope;
  readonly sums: ReadonlyMap<TableId, TableSums>;
  readonly offCalendar: readonly CalendarDate[];
};

/** Resolves a selection. Throws a fault for unknown names, a reversed range, and dates off the calendar. */
export function openScope(runbook: Runbook, state: WarehouseState, selection: Selection): OpenScope {
  const timeline = stateTimeline(runbook, state);
  const withdrawn = leftDates(runbook, state);
  const { dates, offCalendar } = selectDates(allDays(runbook, state.calendar), {
    selection,
    withdrawn,
    worked: workedDates(state),
  });
  const upstreams = upstreamsOf(runbook);
  const sums = createTableSums(runbook, state, timeline);
  const fingerprints = createFingerprints(runbook, state, { timeline, sums });
  const roles = assignRoles(runbook, selection, { dates, withdrawn, timeline, upstreams });
  return {
    scope: { runbook, state, selection, timeline, upstreams, fingerprints, roles },
    sums,
    offCalendar,
  };
}

/** Dates that have left the calendar and of which a plan has something to say: they are withdrawn, or frozen. */
function leftDates(runbook: Runbook, state: WarehouseState): WithdrawnDates {
  const frozen = frozenOffCalendar(runbook, state);
  return new Map(
    [...withdrawnDates(runbook, state)].map(([id, dates]) => [
      id,
      [...dates, ...(frozen.get(id) ?? [])].toSorted(),
    ]),
  );
}
