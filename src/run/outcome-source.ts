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

/** The outcomes of a step: its SQL, or what its command writes. Dispose to remove what a command exchanged. */
export async function openOutcomes(
  warehouse: Warehouse,
  { runbook, processor, calendar, effects }: OutcomeRequest,
): Promise<AsyncDisposable & { readonly query: OutcomeSource; readonly alone?: AloneCommand }> {
  const { step } = processor;
  if (step.kind === "command") {
    return commandSource(warehouse, { runbook, processor, step, calendar, effects });
  }
  const outcomes = { sql: step.sql.text, misfits: new Map() };
  return { query: () => Promise.resolve(outcomes), [Symbol.asyncDispose]: () => Promise.resolve() };
}
