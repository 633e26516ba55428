import { addDays, dayNumber, type CalendarDate } from "../../domain/calendar-date.ts";
import { startOf } from "../../domain/every.ts";
import type { TableId } from "../../domain/table-id.ts";
import { endsBefore, type Window } from "../../domain/window.ts";
import type { Processor, Runbook } from "../../runbook/runbook.ts";
import { everyOf, type Partitioned } from "../calendar/own-days.ts";
import { stateTimeline, type Span, type Timeline } from "../calendar/timeline.ts";
import type { Attempt, FrozenBy, WarehouseState } from "../plan.ts";
import { partitionedOf, upstreamsOf, type Upstream } from "../upstream/upstream.ts";
import { settlementOf } from "./settlement.ts";
import { createFingerprints, type Fingerprints } from "./window-fingerprint.ts";
import { isStanding } from "./withdrawn.ts";

/**
 * The state, knowing what has expired by a day: dates of tables with a retention that are older and hold nothing, unless
 * a waiver accepts that, and the partitions that are frozen by them: they were committed, stand as they were, and what
 * they read, or their own rows, may have vanished since.
 */
export function withExpired(runbook: Runbook, state: WarehouseState, today: CalendarDate): WarehouseState {
  const limits = retentionLimits(runbook, today);
  if (limits.size === 0) return state;
  const timeline = stateTimeline(runbook, state);
  const expired = new Map(
    [...limits].map(([table, limit]) => {
      const dates = namedDates(timeline, runbook.processors.find((own) => own.table === table) ?? {});
      return [table, expiredDates(table, { limit, state, dates })];
    }),
  );
  const search: Search = {
    runbook,
    state,
    timeline,
    expired: new Map([...expired, [runbook.calendar.table, daysLeftByExpiry(runbook, limits, timeline)]]),
    limits,
    fingerprints: createFingerprints(runbook, state, { timeline }),
  };
  const upstreams = upstreamsOf(runbook);
  const frozen = new Map(
    runbook.processors.map((processor) => [
      processor.id,
      frozenDates(search, processor, upstreams.get(processor.id) ?? []),
    ]),
  );
  return { ...state, expired, frozen };
}

type Search = {
  readonly runbook: Runbook;
  readonly state: WarehouseState;
  readonly timeline: Timeline;
  readonly expired: ReadonlyMap<TableId, ReadonlySet<CalendarDate>>;
  /** The first day that has not expired, by table. */
  readonly limits: ReadonlyMap<TableId, CalendarDate>;
  readonly fingerprints: Fingerprints;
};

function retentionLimits(
  { sources, processors }: Runbook,
  today: CalendarDate,
): ReadonlyMap<TableId, CalendarDate> {
  return new Map(
    [...sources, ...processors].flatMap(({ table, retention }): readonly [TableId, CalendarDate][] =>
      retention === undefined ? [] : [[table, addDays(today, -retention)]],
    ),
  );
}

function expiredDates(
  table: TableId,
  {
    limit,
    state,
    dates,
  }: Pick<Search, "state"> & { readonly limit: CalendarDate; readonly dates: readonly CalendarDate[] },
): ReadonlySet<CalendarDate> {
  const rows = state.content.get(table);
  const accepted = state.accepted?.get(table);
  const empty = dates.filter((date) => date < limit && (rows?.get(date)?.rows ?? 0) === 0);
  return new Set(empty.filter((date) => accepted?.has(date) !== true));
}

/** Dates of a timeline that partitions of a table can have: none that only a week or month of others is named by. */
function namedDates(timeline: Timeline, table: Partitioned): readonly CalendarDate[] {
  const every = everyOf(table);
  return timeline.dates.filter((date, index) => {
    return every === "day" ? !timeline.isNameOnly(index) : date === startOf(every, date);
  });
}

function frozenDates(
  search: Search,
  processor: Processor,
  upstreams: readonly Upstream[],
): ReadonlyMap<CalendarDate, FrozenBy> {
  const worked = [...(search.state.ledger.get(processor.id)?.keys() ?? [])];
  return new Map(
    worked.flatMap((date): readonly [CalendarDate, FrozenBy][] => {
      const by = frozenBy(search, processor, { date, upstreams });
      return by === undefined ? [] : [[date, by]];
    }),
  );
}

function frozenBy(
  search: Search,
  processor: Processor,
  { date, upstreams }: { readonly date: CalendarDate; readonly upstreams: readonly Upstream[] },
): FrozenBy | undefined {
  const { state, expired, timeline } = search;
  const attempt = state.ledger.get(processor.id)?.get(date)?.attempt;
  if (attempt === undefined) return undefined;
  if (attempt.status !== "committed") return leftStanding(search, processor, { date, upstreams });
  if (attempt.rows > 0 && expired.get(processor.table)?.has(date) === true) {
    return { upstream: processor.id, date };
  }
  if (settlementOf(processor, date, state).kind === "unsettled") return undefined;
  if (!search.fingerprints.isCalendarDate(processor.id, date)) return leftByExpiry(search, processor, date);
  const index = timeline.indexes.get(date);
  const isCurrent = index === undefined || isFromCurrent(search, attempt, { id: processor.id, date });
  return isCurrent ? undefined : expiredInput(search, upstreams, index);
}

function isFromCurrent(
  { fingerprints }: Search,
  { definition, inputs }: Attempt,
  { id, date }: { readonly id: string; readonly date: CalendarDate },
): boolean {
  return definition === fingerprints.definitionOf(id) && inputs === fingerprints.inputsOf(id, date);
}

/** An attempt that came to nothing for want of what has expired by now has left what stood there, and no other can do better. */
function leftStanding(
  { expired, timeline, fingerprints }: Search,
  { id }: Processor,
  { date, upstreams }: { readonly date: CalendarDate; readonly upstreams: readonly Upstream[] },
): FrozenBy | undefined {
  const index = timeline.indexes.get(date);
  if (index === undefined || !fingerprints.isCalendarDate(id, date)) return undefined;
  return expiredInput({ expired, timeline }, upstreams, index);
}

/** The table that the calendar reads and that has expired on a date; undefined where there is none. */
function calendarExpiry(
  { calendar: { origin } }: Pick<Runbook, "calendar">,
  limits: Search["limits"],
  date: CalendarDate,
): TableId | undefined {
  const reads = origin.kind === "query" ? origin.reads : [];
  return reads.find(({ table }) => date < (limits.get(table) ?? date))?.table;
}

/** Dates that are not on the calendar and may have been on it before the table that it reads expired. */
function daysLeftByExpiry(
  runbook: Runbook,
  limits: Search["limits"],
  timeline: Timeline,
): ReadonlySet<CalendarDate> {
  const left = namedDates(timeline, {}).filter(
    (date) => timeline.days[timeline.indexes.get(date) ?? -1] === undefined,
  );
  return new Set(left.filter((date) => calendarExpiry(runbook, limits, date) !== undefined));
}

/** A date that has left the calendar because the table that the calendar reads has expired there is not withdrawn. */
function leftByExpiry(
  { runbook, state, limits }: Search,
  processor: Processor,
  date: CalendarDate,
): FrozenBy | undefined {
  const upstream = calendarExpiry(runbook, limits, date);
  return upstream !== undefined && isStanding(processor, date, state) ? { upstream, date } : undefined;
}

/** The first date inside a window that has expired. */
function expiredInput(
  { expired, timeline }: Pick<Search, "expired" | "timeline">,
  upstreams: readonly Upstream[],
  index: number,
): FrozenBy | undefined {
  for (const { edge, producer } of upstreams) {
    const gone = expired.get(edge.table);
    if (gone === undefined || gone.size === 0) continue;
    const span = timeline.spanOf(edge.window, partitionedOf(producer));
    const from = firstOfWindow(timeline, { window: edge.window, span }, index);
    const date = timeline.dates.slice(from, span.to[index] ?? 0).find((other) => gone.has(other));
    if (date === undefined) continue;
    return { upstream: producer.kind === "processor" ? producer.processor.id : edge.table, date };
  }
  return undefined;
}

/** A season that has lost its first dates begins later now: its windows reached back over what has left the calendar. */
function firstOfWindow(
  timeline: Timeline,
  { window, span }: { readonly window: Window; readonly span: Span },
  index: number,
): number {
  let first = span.from[index] ?? index;
  if (!endsBefore(window)) return first;
  const oldest = window.kind === "previous-days" ? numberAt(timeline, index) - window.days : -Infinity;
  while (first > 0 && timeline.days[first - 1] === undefined && numberAt(timeline, first - 1) >= oldest) {
    first -= 1;
  }
  return first;
}

function numberAt({ dates }: Timeline, index: number): number {
  const date = dates[index];
  return date === undefined ? -Infinity : dayNumber(date);
}
