import { hullOf, isWithin, type CalendarDate } from "../domain/calendar-date.ts";
import { commandText, runbookWord, type PrintedCommand } from "../domain/printed-command.ts";
import { unreachable } from "../errors.ts";
import type { Runbook } from "../runbook/runbook.ts";
import type { Decision, PartitionFacts } from "./decision.ts";

const shortestRange = 3;

/** Partitions of one processor that one command serves. */
type CommandRequest = Pick<Decision, "processor" | "decision" | "isForced"> & {
  /** Ascending, not empty. */
  readonly dates: readonly CalendarDate[];
  /** All calendar dates, ascending, where they are at hand: a range is then written as one. */
  readonly calendar?: readonly CalendarDate[];
  readonly facts: Pick<PartitionFacts, "obstacle" | "period">;
  /** Whether the decision is about the rate of the whole period. */
  readonly isOfRate: boolean;
};

/** What a person types to carry a decision out; for `investigate`, what shows the facts; empty for `accept`. */
export function commandFor(
  runbook: Pick<Runbook, "name" | "folder" | "periods">,
  request: CommandRequest,
): string {
  const { processor, decision, facts, isForced } = request;
  const run = { name: "run", runbook: runbookWord(runbook), processors: [processor], ...datesOf(request) };
  switch (decision) {
    case "accept":
      return "";
    case "rerun":
      return commandText(isForced ? { ...run, flags: ["no-resume"] } : run);
    case "backfill-upstream-first":
      return facts.obstacle ?? commandText({ ...run, flags: ["with-upstream"] });
    case "investigate":
      return showFacts(runbook, request);
    default:
      return unreachable(decision);
  }
}

/** A range where the dates are all that the calendar has in it, else the dates one by one. */
function datesOf({ dates, calendar = [] }: CommandRequest): Pick<PrintedCommand, "range" | "dates"> {
  const range = hullOf(dates);
  if (range === undefined || dates.length < shortestRange) return { dates };
  const inside = calendar.filter((date) => isWithin(date, range));
  return inside.length === dates.length ? { range } : { dates };
}

function showFacts(runbook: Pick<Runbook, "name" | "folder" | "periods">, request: CommandRequest): string {
  const { processor, dates, facts, isOfRate } = request;
  const [date = ""] = dates;
  const range = runbook.periods.find(({ id }) => id === facts.period);
  if (isOfRate && range !== undefined) {
    const shown = { name: "coverage", runbook: runbookWord(runbook), processors: [processor], range };
    return commandText({ ...shown, flags: ["reconcile"] });
  }
  return commandText({ name: "why", runbook: runbookWord(runbook), words: [processor, date] });
}
