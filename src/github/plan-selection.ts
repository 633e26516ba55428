import { hullOf, type DateRange } from "../domain/calendar-date.ts";
import { Fault } from "../errors.ts";
import type { Selection } from "../plan/plan.ts";
import { usualRange } from "../plan/calendar/usual-range.ts";
import type { Runbook } from "../runbook/runbook.ts";
import type { PlanInputs } from "./action-inputs.ts";
import { cutOf } from "./fitting-chunk.ts";

/** What the inputs of a dispatch select of a runbook. Faults: usage, invalid-date. */
export function selectionFrom(runbook: Runbook, inputs: PlanInputs): Selection {
  const { dates, processors, phase } = inputs;
  return {
    range: rangeFrom(runbook, inputs),
    ...(dates === undefined ? {} : { dates }),
    ...(processors === undefined ? {} : { processors }),
    ...(phase === undefined ? {} : { phases: phase }),
    ...cutOf(inputs["chunk-days"]),
    force: !inputs.resume,
  };
}

function rangeFrom(runbook: Runbook, inputs: PlanInputs): DateRange {
  const { dates, "start-date": start, "end-date": end } = inputs;
  const usual = usualRange(runbook);
  if (dates === undefined) return { from: start ?? usual.from, to: end ?? usual.to };
  const hull = hullOf(dates);
  if (hull !== undefined && start === undefined && end === undefined) return hull;
  throw new Fault("usage", "Cannot select: single dates and a range exclude each other", {
    hint: "Dispatch with either dates, or a start date and an end date",
  });
}
