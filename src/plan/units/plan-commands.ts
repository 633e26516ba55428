import type { CalendarDate, DateRange } from "../../domain/calendar-date.ts";
import { commandText, runbookWord } from "../../domain/printed-command.ts";
import { gateTraits } from "../../runbook/gate-traits.ts";
import type { GateKind, Runbook } from "../../runbook/runbook.ts";
import type { Selection } from "../plan.ts";

/** The command that runs a selection together with all pending units that it reads. */
export function runWithUpstream(runbook: Runbook, selection: Selection): string {
  const { range, dates, phases, processors } = selection;
  return commandText({
    name: "run",
    runbook: runbookWord(runbook),
    processors,
    phases,
    ...(dates === undefined ? { range } : { dates }),
    flags: [
      ...(selection.withDownstream === true ? ["with-downstream"] : []),
      ...(selection.force === true ? ["no-resume"] : []),
      "with-upstream",
    ],
  });
}

/** The command that shows which rows of a source are missing. */
export function showGaps(runbook: Runbook, range: DateRange): string {
  return askGate(runbook, { asks: "gaps", range });
}

/** The command that asks a kind of gate about a range. */
export function askGate(
  runbook: Pick<Runbook, "name" | "folder">,
  { asks, range }: { readonly asks: GateKind; readonly range: DateRange },
): string {
  return commandText({ name: gateTraits[asks].command, runbook: runbookWord(runbook), range });
}

/** The command that shows what is behind one unit. */
export function showWhy(
  runbook: Pick<Runbook, "name" | "folder">,
  unit: { readonly name: string; readonly date: CalendarDate },
): string {
  return commandText({ name: "why", runbook: runbookWord(runbook), words: [unit.name, unit.date] });
}
