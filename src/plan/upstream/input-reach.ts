import { hullOf, unionOf, type CalendarDate, type DateRange } from "../../domain/calendar-date.ts";
import type { TableId } from "../../domain/table-id.ts";
import type { Runbook } from "../../runbook/runbook.ts";
import type { CalendarDay } from "../plan.ts";
import { partitionedOf, upstreamsOf, type Producer } from "./upstream.ts";
import { startsOfSeasons, windowRange } from "./window-range.ts";

/** What some partitions read of one table. */
export type InputReach = {
  readonly producer: Producer;
  /** The union of their windows: ascending ranges with days between them. */
  readonly ranges: readonly DateRange[];
  /** The hull of the windows. */
  readonly range: DateRange;
  /** Whether its failures are read too. */
  readonly failures: boolean;
};

/** What the partitions of a processor on `dates` read, by table; a table whose windows are all empty is absent. */
export function inputReach(
  runbook: Runbook,
  { processor, dates, calendar }: InputRequest,
): ReadonlyMap<TableId, InputReach> {
  const starts = startsOfSeasons(runbook, calendar);
  const reach = new Map<TableId, InputReach>();
  for (const { edge, producer } of upstreamsOf(runbook).get(processor) ?? []) {
    const upstream = partitionedOf(producer);
    const windows = dates.flatMap((date) => windowRange(edge.window, date, starts(date, upstream)) ?? []);
    const before = reach.get(edge.table);
    const ranges = unionOf(before === undefined ? windows : [...windows, ...before.ranges]);
    const range = hullOf(ranges.flatMap(({ from, to }) => [from, to]));
    if (range === undefined) continue;
    const failures = (windows.length > 0 && edge.failures !== false) || before?.failures === true;
    reach.set(edge.table, { producer, ranges, range, failures });
  }
  return reach;
}

type InputRequest = {
  readonly processor: string;
  readonly dates: readonly CalendarDate[];
  readonly calendar: readonly CalendarDay[];
};
