import type { Runbook } from "../runbook/runbook.ts";
import { judgeUnits } from "./judge-units.ts";
import { openScope } from "./open-scope.ts";
import { orderCells, wavesOf } from "./order-cells.ts";
import { packCells } from "./pack-cells.ts";
import { digestPlan } from "./plan-digest.ts";
import type { Cell, Plan, PlanTotals, Selection, SkippedUnits, WarehouseState } from "./plan.ts";
import { skippedUnits } from "./skipped-units.ts";

/**
 * What has to run so that the selected units are settled and current. Throws a fault for unknown names, a reversed
 * range, and dates off the calendar. An empty plan has no cells and says under `skipped` why.
 */
export function planBackfill(runbook: Runbook, state: WarehouseState, selection: Selection): Plan {
  const { scope, sums, offCalendar } = openScope(runbook, state, selection);
  const verdicts = judgeUnits(scope);
  const cells = orderCells(packCells(runbook, verdicts, scope), scope);
  const skipped = skippedUnits(scope, verdicts, offCalendar);
  return {
    runbook: runbook.name,
    range: selection.range,
    digest: digestPlan(scope, verdicts, sums),
    cells,
    waves: wavesOf(cells),
    skipped,
    totals: totalsOf(cells, skipped),
  };
}

function totalsOf(cells: readonly Cell[], skipped: readonly SkippedUnits[]): PlanTotals {
  function count(...kinds: readonly string[]): number {
    const counted = skipped.filter(({ reason }) => kinds.includes(reason.kind));
    return counted.reduce((sum, { dates }) => sum + dates.length, 0);
  }
  return {
    units: cells.reduce((sum, { dates }) => sum + dates.length, 0),
    cells: cells.length,
    upToDate: count("up-to-date", "waived"),
    blocked: count("blocked-by"),
    processors: new Set(cells.map(({ processor }) => processor)).size,
  };
}
