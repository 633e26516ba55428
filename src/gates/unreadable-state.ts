import type { DateRange } from "../domain/calendar-date.ts";
import { Fault } from "../errors.ts";
import { readState } from "../ledger/read-state.ts";
import type { WarehouseState } from "../plan/plan.ts";
import { gateTraits } from "../runbook/gate-traits.ts";
import type { Gate, Runbook } from "../runbook/runbook.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { gateResult, type GateResult } from "./gate-result.ts";

/** The state over the range, or why it could not be had; interruptions and bugs are thrown. */
export async function tryState(
  warehouse: Warehouse,
  runbook: Runbook,
  range: DateRange,
): Promise<WarehouseState | Fault> {
  try {
    return await readState(warehouse, runbook, range);
  } catch (cause) {
    if (cause instanceof Fault && (cause.exitCode === 3 || cause.code === "schema-drift")) return cause;
    throw cause;
  }
}

/** The verdict of a gate whose state could not be read: schema drift violates a contract, all else is `check-failed`. */
export function resultWithoutState(
  gate: Gate,
  { range, fault }: { readonly range: DateRange; readonly fault: Fault },
): GateResult {
  const isDrift = fault.code === "schema-drift";
  const isViolation = gateTraits[gate.kind].objectsToDrift && isDrift;
  const first = {
    kind: isDrift ? ("shape" as const) : ("check-failed" as const),
    table: "",
    date: undefined,
    place: "",
    found: fault.message,
  };
  const findings = {
    isFound: isViolation,
    isNotable: false,
    isBreach: false,
    failed: isViolation ? [] : [fault.message],
    held: [],
    findings: [first],
    first,
    summary: fault.message,
    detail: { message: fault.message },
  };
  return gateResult(gate, { range, all: [] }, findings);
}
