import { hullOf, isWithin, type CalendarDate } from "../domain/calendar-date.ts";
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
export function commandFor(runbook: Pick<Runbook, "folder" | "periods">, request: CommandRequest): string {
  const { processor, decision, facts, isForced } = request;
  const run = `cascade run ${runbook.folder} --processor ${processor} ${dateFlags(request)}`;
  switch (decision) {
    case "accept":
      return "";
    case "rerun":
      return isForced ? `${run} --no-resume` : run;
    case "backfill-upstream-first":
      return facts.obstacle ?? `${run} --with-upstream`;
    case "investigate":
      return showFacts(runbook, request);
    default:
      return unreachable(decision);
  }
}

/** A range where the dates are all that the calendar has in it, else the dates one by one. */
function dateFlags({ dates, calendar = [] }: CommandRequest): string {
  const hull = hullOf(dates);
  if (hull === undefined || dates.length < shortestRange) return `--dates ${dates.join(",")}`;
  const inside = calendar.filter((date) => isWithin(date, hull));
  if (inside.length !== dates.length) return `--dates ${dates.join(",")}`;
  return `--start-date ${hull.from} --end-date ${hull.to}`;
}

function showFacts(runbook: Pick<Runbook, "folder" | "periods">, request: CommandRequest): string {
  const { processor, dates, facts, isOfRate } = request;
  const [date] = dates;
  const period = runbook.periods.find(({ id }) => id === facts.period);
  if (isOfRate && period !== undefined) {
    const range = `--start-date ${period.from} --end-date ${period.to}`;
    return `cascade coverage ${runbook.folder} --processor ${processor} ${range} --reconcile`;
  }
  return `cascade why ${runbook.folder} ${processor} ${date}`;
}
