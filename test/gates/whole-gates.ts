import type { CalendarDate, DateRange } from "../../src/domain/calendar-date.ts";
import type { GateResult } from "../../src/gates/gate-result.ts";
import { runGates } from "../../src/gates/run-gates.ts";
import type { Gate, GateKind, Runbook } from "../../src/runbook/runbook.ts";
import type { Warehouse } from "../../src/warehouse/warehouse.ts";

/** The order in which the gates answer: what is absent, what breaks a rule, what cannot be trusted, what it sums up to. */
export const wholeGateKinds = ["gaps", "contract", "contamination", "coverage", "budget"] as const;

/** A gate of every kind over all processors and the sources that they read, strict and blocking. */
export function wholeGates(runbook: Runbook, kinds: readonly GateKind[] = wholeGateKinds): readonly Gate[] {
  const processors = runbook.processors.map(({ id }) => id);
  const place = { file: "runbook.yml", line: 1, column: 1 };
  return kinds.map((kind) => {
    return { id: kind, kind, after: processors, processors, blocking: true, strict: true, place };
  });
}

/** Runs a gate of every kind over the range, or over named dates of it. */
export async function runWholeGates(
  warehouse: Warehouse,
  runbook: Runbook,
  {
    range,
    dates,
    kinds,
    today = "2022-06-01" as CalendarDate,
  }: {
    readonly range: DateRange;
    readonly dates?: readonly CalendarDate[];
    readonly kinds?: readonly GateKind[];
    readonly today?: CalendarDate;
  },
): Promise<readonly GateResult[]> {
  const request = { runbook, range, today, ...(dates === undefined ? {} : { dates }) };
  return runGates(warehouse, request, wholeGates(runbook, kinds));
}
