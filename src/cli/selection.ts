import { dayOf, hullOf, type DateRange } from "../domain/calendar-date.ts";
import { Fault } from "../errors.ts";
import type { ComparisonRequest } from "../operations/compare-policies.ts";
import type { Selection } from "../plan/plan.ts";
import { usualRange } from "../plan/calendar/usual-range.ts";
import { openWarehouse } from "../process/open-warehouse.ts";
import type { Runbook } from "../runbook/runbook.ts";
import type { CommandContext } from "./command.ts";
import type { Options } from "./options.ts";

/** What the options select of a runbook. Without dates: the periods that have a budget, or the whole calendar. */
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

/** The dates from --start-date to --end-date, or the hull of --dates. Faults: usage, invalid-date. */
function rangeOf(runbook: Runbook, { dates, startDate, endDate }: Options): DateRange {
  if (dates !== undefined) {
    const hull = hullOf(dates);
    if (hull !== undefined && startDate === undefined && endDate === undefined) return hull;
    throw new Fault("usage", "Cannot select: --dates stands alone and names at least one date", {
      hint: "Give either --dates a,b,c or --start-date and --end-date",
    });
  }
  const usual = usualRange(runbook);
  const range = { from: startDate ?? usual.from, to: endDate ?? usual.to };
  if (range.from <= range.to) return range;
  throw new Fault(
    "invalid-date",
    `Cannot select: the range ${range.from} to ${range.to} ends before it starts`,
    {
      hint: "Exchange --start-date and --end-date",
    },
  );
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
