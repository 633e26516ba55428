import type { Processor } from "./runbook.ts";

/** Whether the command of a processor writes its table itself, so that its dates are not replaced whole or not at all. */
export function writesItself({ step }: Pick<Processor, "step">): boolean {
  return step.kind === "command" && step.writes === "direct";
}

/** What people are told of a processor that writes its table itself. */
export const notAtomicText =
  "its command writes the table itself, so it is not atomic: what it leaves when it breaks off stays in the table, its dates are then pending, and nothing reads them until a run has done them again";
