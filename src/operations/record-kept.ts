import { gateStateRange } from "../gates/gate-range.ts";
import { standingAnswers } from "../gates/keep-answers.ts";
import { recordAnswers, type AnswerMemory } from "../ledger/kept-answers.ts";
import { readState } from "../ledger/read-state.ts";
import type { Selection } from "../plan/plan.ts";
import type { Runbook } from "../runbook/runbook.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";

/**
 * Leaves the answers of a command for those that come after it. Where others can write meanwhile, only those that rest on
 * what the tables still hold: an answer may be newer than the state that was read before it.
 */
export async function recordKept(
  warehouse: Warehouse,
  request: {
    readonly runbook: Runbook;
    readonly selection: Pick<Selection, "range">;
    readonly memory: AnswerMemory;
    readonly now: Date;
  },
): Promise<void> {
  const { runbook, selection, memory, now } = request;
  if (memory.unrecorded.size === 0) return;
  const stands = warehouse.exclusive ? () => true : await readStanding(warehouse, { runbook, selection });
  await recordAnswers(warehouse, runbook.ledger, { memory, stands, now });
}

async function readStanding(
  warehouse: Warehouse,
  { runbook, selection }: { readonly runbook: Runbook; readonly selection: Pick<Selection, "range"> },
): ReturnType<typeof standingAnswers> {
  const range = gateStateRange(runbook, selection.range);
  const state = await readState(warehouse, runbook, range);
  return standingAnswers(warehouse, { runbook, state, range });
}
