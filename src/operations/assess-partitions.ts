import type { CalendarDate } from "../domain/calendar-date.ts";
import { gateStateRange, wholePeriods } from "../gates/gate-range.ts";
import { openGateScope, type GateScope, type ScopeRequest } from "../gates/gate-scope.ts";
import { keepAnswers } from "../gates/keep-answers.ts";
import { rememberAnswers } from "../gates/remember-answers.ts";
import { createAnswerMemory, type AnswerMemory } from "../ledger/kept-answers.ts";
import { readState } from "../ledger/read-state.ts";
import type { Selection, WarehouseState } from "../plan/plan.ts";
import type { Runbook } from "../runbook/runbook.ts";
import type { Decision } from "../triage/decision.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { decideOn, makeChecks, readHeld, unanswered, type Checks } from "./make-checks.ts";

/** What is asked: the selection of one runbook, on the day on which waivers are judged. */
export type AssessmentRequest = {
  readonly runbook: Runbook;
  readonly selection: Selection;
  readonly today: CalendarDate;
  /** Answers that may stand. */
  readonly answers?: AnswerMemory;
};

/** What the gates found and what the recovery tree makes of it. */
export type Assessment = Checks & {
  readonly state: WarehouseState;
  readonly decisions: readonly Decision[];
  /** Questions that could not be answered. */
  readonly failed: readonly string[];
};

/** Makes every check that triage needs, once, and decides; writes nothing. Budgets are judged over whole periods. */
export async function assessPartitions(
  warehouse: Warehouse,
  request: AssessmentRequest,
): Promise<Assessment> {
  const { runbook, selection, today } = request;
  const { range, dates } = selection;
  const once = rememberAnswers(warehouse);
  const reach = gateStateRange(runbook, selection.range);
  const state = await readState(once, runbook, reach);
  const { answers = createAnswerMemory() } = request;
  const remembering = await keepAnswers(once, { runbook, state, range: reach, memory: answers });
  const accounts = await openScope(remembering, request, {
    state,
    range: wholePeriods(runbook, selection.range),
    selected: selection,
  });
  const values = await openScope(remembering, request, { state, range: selection.range });
  const sources = { ...values, sources: runbook.sources, processors: [] };
  const checks = await makeChecks(remembering, { accounts, values, sources });
  const asked = { runbook, range, today, answers, ...(dates === undefined ? {} : { dates }) };
  const held = await readHeld(remembering, asked);
  return {
    ...checks,
    state,
    decisions: decideOn(accounts, { checks, held, selection }),
    failed: unanswered(checks),
  };
}

/** All processors, since upstream of the selection is decided on too; sources are the gates' own matter. */
function openScope(
  warehouse: Warehouse,
  { runbook, today }: AssessmentRequest,
  looked: Pick<ScopeRequest, "state" | "range"> & Partial<Pick<ScopeRequest, "selected">>,
): Promise<GateScope> {
  return openGateScope(warehouse, { runbook, ...looked, today, sources: [], withLeadIn: true });
}
