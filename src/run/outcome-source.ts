import type { CalendarDate } from "../domain/calendar-date.ts";
import type { CalendarDay } from "../plan/plan.ts";
import type { Processor, Runbook } from "../runbook/runbook.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import type { AloneCommand } from "./audit/trial.ts";
import { commandSource } from "./command-step.ts";
import type { RunEffects } from "./run-event.ts";
import type { OutcomeSource } from "./stage-dates.ts";

/** Whose outcomes are wanted, and what a command among them needs. */
export type OutcomeRequest = {
  readonly runbook: Runbook;
  readonly processor: Processor;
  readonly calendar: readonly CalendarDay[];
  readonly effects: RunEffects;
};

/** Outcomes to be staged, and what only commands have: one try with other inputs, and dates that it has changed beside those asked for. */
type OpenOutcomes = {
  readonly query: OutcomeSource;
  readonly alone?: AloneCommand;
  readonly changedBeside?: (dates: readonly CalendarDate[]) => Promise<readonly CalendarDate[]>;
};

/** The outcomes of a step: its SQL, or what its command writes. Dispose to remove what a command exchanged. */
export async function openOutcomes(
  warehouse: Warehouse,
  { runbook, processor, calendar, effects }: OutcomeRequest,
): Promise<AsyncDisposable & OpenOutcomes> {
  const { step } = processor;
  if (step.kind === "command") {
    return commandSource(warehouse, { runbook, processor, step, calendar, effects });
  }
  const outcomes = { sql: step.sql.text, misfits: new Map() };
  return { query: () => Promise.resolve(outcomes), [Symbol.asyncDispose]: () => Promise.resolve() };
}
