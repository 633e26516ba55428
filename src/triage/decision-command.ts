import type { CalendarDate } from "../domain/calendar-date.ts";
import { unreachable } from "../errors.ts";
import type { Runbook } from "../runbook/runbook.ts";
import type { Decision, PartitionFacts } from "./decision.ts";

/** Partitions of one processor that one command serves. */
type CommandRequest = Pick<Decision, "processor" | "decision" | "isForced"> & {
  /** Ascending, not empty. */
  readonly dates: readonly CalendarDate[];
  readonly facts: Pick<PartitionFacts, "obstacle" | "period">;
  /** Whether the decision is about the rate of the whole period. */
  readonly isOfRate: boolean;
};

/** What a person types to carry a decision out; for `investigate`, what shows the facts; empty for `accept`. */
export function commandFor(runbook: Pick<Runbook, "folder" | "periods">, request: CommandRequest): string {
  const { processor, decision, dates, facts, isForced } = request;
  const run = `cascade run ${runbook.folder} --processor ${processor} --dates ${dates.join(",")}`;
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
