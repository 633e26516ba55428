import { dollarsOf } from "../domain/query-price.ts";
import type { CalendarDay, Plan } from "../plan/plan.ts";
import { cutInputs, inputsOfProcessor } from "../plan/upstream/input-cut.ts";
import type { Runbook } from "../runbook/runbook.ts";
import { stepQueries } from "../sql/stage.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { stepParameters } from "./stage-dates.ts";

/** Bytes that a processor's cells would read; `cells` is their number. */
type ProcessorCost = { readonly processor: string; readonly cells: number; readonly bytes: number };

/** What a plan would read, by processor in the runbook's order, and what reading it costs. */
export type PlanCost = {
  readonly processors: readonly ProcessorCost[];
  readonly bytes: number;
  readonly dollars: number;
};

/** A plan, and the calendar that its windows are of. */
export type PlannedReading = {
  readonly runbook: Runbook;
  readonly plan: Plan;
  readonly calendar: readonly CalendarDay[];
};

/**
 * Asks the warehouse, without running anything, what the steps and populations of a plan would read: one question per
 * cell and query. Tables that are still empty count as nothing. Undefined where nothing is billed.
 */
export async function estimateCost(
  warehouse: Warehouse,
  { runbook, plan, calendar }: PlannedReading,
): Promise<PlanCost | undefined> {
  const processors: ProcessorCost[] = [];
  for (const processor of runbook.processors) {
    const cells = plan.cells.filter((cell) => cell.processor === processor.id);
    if (cells.length === 0) continue;
    const inputs = inputsOfProcessor(runbook, processor.id);
    let bytes = 0;
    for (const { dates } of cells) {
      const parameters = stepParameters(runbook, { processor, dates });
      const cuts = cutInputs(runbook, { inputs, dates, calendar });
      for (const sql of stepQueries(warehouse.dialect, processor, cuts)) {
        const found = await warehouse.estimateBytes({ sql, parameters, purpose: `compute ${processor.id}` });
        if (found === undefined) return undefined;
        bytes += found;
      }
    }
    processors.push({ processor: processor.id, cells: cells.length, bytes });
  }
  const bytes = processors.reduce((total, cost) => total + cost.bytes, 0);
  return { processors, bytes, dollars: dollarsOf(bytes) };
}
