import type { CalendarDate } from "../../domain/calendar-date.ts";
import type { DateChange } from "../../domain/change.ts";
import type { CalendarDay } from "../../plan/plan.ts";
import { cutInputs, inputsOfProcessor } from "../../plan/upstream/input-cut.ts";
import type { Processor, Runbook } from "../../runbook/runbook.ts";
import type { Warehouse } from "../../warehouse/warehouse.ts";
import { openOutcomes } from "../outcome-source.ts";
import type { RunEffects } from "../run-event.ts";
import { stageDates, type Violations } from "../stage-dates.ts";
import { removeStage } from "../withdraw-dates.ts";
import { comparedColumns, readDifference } from "./read-difference.ts";

/** What is computed to be compared: a processor as a runbook defines it, on dates of its own. */
export type DifferenceRequest = {
  readonly runbook: Runbook;
  readonly processor: Processor;
  readonly calendar: readonly CalendarDay[];
  readonly dates: readonly CalendarDate[];
  /** Columns that the table has, by their names in lower case. */
  readonly standing: ReadonlySet<string>;
  readonly effects: RunEffects;
};

/** What was computed, how it differs from what stands, and which dates could not be committed as they are. */
export type ComputedDifference = {
  readonly dates: readonly DateChange[];
  readonly refused: Violations;
  /** Columns of the definition that the table does not have yet. */
  readonly absent: readonly string[];
};

/**
 * Computes dates into a stage, as a run would, and compares it with the table; nothing is committed, and the stage is
 * dropped. A date that breaks its contract is refused and not compared.
 */
export async function computeDifference(
  warehouse: Warehouse,
  { runbook, processor, calendar, dates, standing, effects }: DifferenceRequest,
): Promise<ComputedDifference> {
  const { ledger } = runbook;
  const names = warehouse.dialect.stage.names({ ledger, token: effects.randomId() });
  const inputs = inputsOfProcessor(runbook, processor.id);
  const all = comparedColumns(processor);
  const columns = all.filter(({ name }) => standing.has(name.toLowerCase()));
  await using source = await openOutcomes(warehouse, { runbook, processor, calendar, effects });
  const sight = {
    token: effects.randomId(),
    cutsFor: (some: readonly CalendarDate[]) => cutInputs(runbook, { inputs, dates: some, calendar }),
  };
  const request = { runbook, processor, names, source: source.query, sight };
  try {
    const { violations } = await stageDates(warehouse, request, dates);
    const sound = dates.filter((date) => !violations.has(date));
    const compared = { processor, names, dates: sound, columns, beyond: 0 };
    return {
      dates: await readDifference(warehouse, compared),
      refused: violations,
      absent: all.filter((column) => !columns.includes(column)).map(({ name }) => name),
    };
  } finally {
    await removeStage(warehouse, names);
  }
}
