import { dayOf } from "../domain/calendar-date.ts";
import type { GateResult } from "../gates/gate-result.ts";
import { recordRelationAudits } from "./record-relation-audits.ts";
import type { AnswerMemory } from "../ledger/kept-answers.ts";
import { recordGateResult, runGates } from "../gates/run-gates.ts";
import type { Selection } from "../plan/plan.ts";
import type { Gate, Runbook } from "../runbook/runbook.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";

/** A look of one gate at the dates of a selection. */
export type GateToCheck = {
  readonly runbook: Runbook;
  readonly selection: Pick<Selection, "range" | "dates">;
  readonly gate: Gate;
  /** When it looks; waivers are judged on that day. */
  readonly checkedAt: Date;
  /** Answers that may stand. */
  readonly answers?: AnswerMemory;
};

/** Runs one gate on the warehouse as it is now; writes nothing. */
export async function checkGate(warehouse: Warehouse, look: GateToCheck): Promise<GateResult> {
  const { runbook, selection, gate, checkedAt, answers } = look;
  const { range, dates } = selection;
  const today = dayOf(checkedAt, runbook.timeZone);
  const request = {
    runbook,
    range,
    today,
    ...(dates === undefined ? {} : { dates }),
    ...(answers === undefined ? {} : { answers }),
  };
  const [result] = await runGates(warehouse, request, [gate]);
  if (result === undefined) throw new Error(`The gate "${gate.id}" gave no result`);
  return result;
}

/** Runs one gate through `reading` and enters what it says into the ledger, as a look of the run. */
export async function checkAndRecord(
  { reading, ledger }: { readonly reading: Warehouse; readonly ledger: Warehouse },
  look: GateToCheck & { readonly runId: string },
): Promise<GateResult> {
  const { runbook, runId, checkedAt } = look;
  const result = await checkGate(reading, look);
  await recordGateResult(ledger, runbook.ledger, { result, runId, checkedAt });
  if (result.status !== "check-failed") await recordRelationAudits(ledger, look);
  return result;
}
