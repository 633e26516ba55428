import { dayOf, type DateRange } from "../domain/calendar-date.ts";
import type { ComparisonRequest } from "../operations/compare-policies.ts";
import type { Selection } from "../plan/plan.ts";
import { selectedRange } from "../plan/calendar/selected-range.ts";
import { openWarehouse } from "../process/open-warehouse.ts";
import type { Runbook } from "../runbook/runbook.ts";
import type { CommandContext } from "./command.ts";
import type { Options } from "./options.ts";

/** What the options select of a runbook. Faults: usage, invalid-date. */
export function selectionOf(runbook: Runbook, options: Options): Selection {
  const { dates, phases, processors } = options;
  const chunkDays = options.count("chunk-days");
  return {
    range: rangeOf(runbook, options),
    ...(dates === undefined ? {} : { dates }),
    ...(phases === undefined ? {} : { phases }),
    ...(processors === undefined ? {} : { processors }),
    ...(chunkDays === undefined ? {} : { chunkDays }),
    withUpstream: options.flag("with-upstream") ?? false,
    withDownstream: options.flag("with-downstream") ?? false,
    force: options.flag("resume") === false,
  };
}

function rangeOf(runbook: Runbook, { dates, startDate: from, endDate: to }: Options): DateRange {
  return selectedRange(runbook, { dates, from, to });
}

/** The comparison of a runbook with itself at a ref, judged on the warehouse and dates of the options. */
export function comparisonOf(
  compared: Pick<ComparisonRequest, "text" | "ref">,
  { options, effects }: Pick<CommandContext, "options" | "effects">,
): ComparisonRequest {
  return {
    ...compared,
    rangeOf: (runbook) => rangeOf(runbook, options),
    today: dayOf(effects.now()),
    openWarehouse: (runbook) => openWarehouse(effects, { address: options.warehouse, mode: "read", runbook }),
  };
}
