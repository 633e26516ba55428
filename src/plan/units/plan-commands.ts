import type { CalendarDate, DateRange } from "../../domain/calendar-date.ts";
import { gateTraits } from "../../runbook/gate-traits.ts";
import type { GateKind, Runbook } from "../../runbook/runbook.ts";
import type { Selection } from "../plan.ts";

/** The command that runs a selection together with all pending units that it reads. */
export function runWithUpstream(runbook: Runbook, selection: Selection): string {
  const { range, dates, phases, processors } = selection;
  const parts = [
    `cascade run ${runbook.folder}`,
    dates === undefined ? rangeFlags(range.from, range.to) : `--dates ${dates.join(",")}`,
    phases === undefined ? "" : `--phase ${phases.join(",")}`,
    processors === undefined ? "" : `--processor ${processors.join(",")}`,
    selection.withDownstream === true ? "--with-downstream" : "",
    selection.force === true ? "--no-resume" : "",
    "--with-upstream",
  ];
  return parts.filter((part) => part !== "").join(" ");
}

/** The command that shows which rows of a source are missing. */
export function showGaps(runbook: Runbook, { from, to }: DateRange): string {
  return `cascade gaps ${runbook.folder} ${rangeFlags(from, to)}`;
}

/** The command that asks a kind of gate about one date. */
export function askSource(
  runbook: Runbook,
  { asks, date }: { readonly asks: GateKind; readonly date: CalendarDate },
): string {
  return `cascade ${gateTraits[asks].command} ${runbook.folder} ${rangeFlags(date, date)}`;
}

/** The command that shows what is behind one unit. */
export function showWhy(
  runbook: Runbook,
  unit: { readonly name: string; readonly date: CalendarDate },
): string {
  return `cascade why ${runbook.folder} ${unit.name} ${unit.date}`;
}

function rangeFlags(from: CalendarDate, to: CalendarDate): string {
  return `--start-date ${from} --end-date ${to}`;
}
