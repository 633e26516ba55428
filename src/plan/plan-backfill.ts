import type { Runbook } from "../runbook/runbook.ts";
import { writesItself } from "../runbook/writes-itself.ts";
import { judgeUnits } from "./units/judge-units.ts";
import { openScope } from "./units/open-scope.ts";
import { inDateOrder } from "./order/order-dates.ts";
import { orderCells, wavesOf } from "./order/order-cells.ts";
import { packCells } from "./order/pack-cells.ts";
import { digestPlan } from "./approval/plan-digest.ts";
import type { Cell, Plan, PlanTotals, Selection, SkippedUnits, SkipReason, WarehouseState } from "./plan.ts";
import type { PlanScope, UnitVerdicts } from "./units/unit-verdict.ts";
import type { CalendarDate } from "../domain/calendar-date.ts";

const offCalendarReason: SkipReason = { kind: "not-a-calendar-date" };

/**
 * What has to run so that the selected units are settled and current. Throws a fault for unknown names, a reversed
 * range, and dates off the calendar. An empty plan has no cells and says under `skipped` why.
 */
export function planBackfill(runbook: Runbook, state: WarehouseState, selection: Selection): Plan {
  const { scope, sums, offCalendar } = openScope(runbook, state, selection);
  const verdicts = judgeUnits(scope);
  const ordered = orderCells(packCells(runbook, verdicts, scope), scope);
  const cells = inDateOrder(ordered, selection.dateOrder ?? runbook.dateOrder);
  const skipped = skippedUnits(scope, verdicts, offCalendar);
  return {
    runbook: runbook.name,
    range: selection.range,
    digest: digestPlan(scope, verdicts, sums),
    cells,
    waves: wavesOf(cells),
    skipped,
    ...notAtomic(runbook, cells),
    totals: totalsOf(cells, skipped),
  };
}

function notAtomic(runbook: Runbook, cells: readonly Cell[]): Pick<Plan, "notAtomic"> {
  const planned = new Set(cells.map(({ processor }) => processor));
  const direct = runbook.processors.filter(
    (processor) => planned.has(processor.id) && writesItself(processor),
  );
  return direct.length === 0 ? {} : { notAtomic: direct.map(({ id }) => id) };
}

/**
 * The units of a selection that are left out, by processor and reason in order of their first date. Days off the
 * calendar come last, once for each processor with selected dates.
 */
function skippedUnits(
  { runbook, timeline, roles }: PlanScope,
  verdicts: UnitVerdicts,
  offCalendar: readonly CalendarDate[],
): readonly SkippedUnits[] {
  return runbook.processors.flatMap(({ id: processor, every }) => {
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
    if (!isSelected || every !== undefined || offCalendar.length === 0) return groups;
    return [...groups, { processor, dates: offCalendar, reason: offCalendarReason }];
  });
}

function totalsOf(cells: readonly Cell[], skipped: readonly SkippedUnits[]): PlanTotals {
  function count(...kinds: readonly string[]): number {
    const counted = skipped.filter(({ reason }) => kinds.includes(reason.kind));
    return counted.reduce((sum, { dates }) => sum + dates.length, 0);
  }
  const [held, frozen] = [count("held"), count("frozen")];
  return {
    units: cells.reduce((sum, { dates }) => sum + dates.length, 0),
    cells: cells.length,
    upToDate: count("up-to-date", "waived"),
    ...(held === 0 ? {} : { held }),
    ...(frozen === 0 ? {} : { frozen }),
    blocked: count("blocked-by"),
    processors: new Set(cells.map(({ processor }) => processor)).size,
  };
}
