import type { CalendarDate } from "../domain/calendar-date.ts";
import { tupleText } from "../domain/tuple-text.ts";
import { createDateFlags, type DateFlags } from "../plan/calendar/date-flags.ts";
import { stateTimeline, indexOfDate } from "../plan/calendar/timeline.ts";
import { placeGates } from "../plan/order/order-gates.ts";
import type { Plan, WarehouseState } from "../plan/plan.ts";
import { partitionedOf, upstreamsOf } from "../plan/upstream/upstream.ts";
import type { GateKind, Runbook } from "../runbook/runbook.ts";
import type { GateHold, SourceGaps } from "./gate-findings.ts";

/** A partition inside the windows of another; `processor` is undefined of a source. */
export type UpstreamPartition = {
  readonly table: string;
  readonly processor: string | undefined;
  readonly date: CalendarDate;
};

/** Tells the first partition of some kind inside the windows of a partition, or none. */
export type UpstreamSearch = (processor: string, date: CalendarDate) => UpstreamPartition | undefined;

type World = { readonly runbook: Runbook; readonly state: WarehouseState };
type Marked = { readonly table: string; readonly dates: readonly CalendarDate[] };

/** Searches for partitions that a plan runs, or that it cannot run though they are due. */
export function searchPending(world: World, plan: Plan): UpstreamSearch {
  const tables = new Map<string, string>(world.runbook.processors.map(({ id, table }) => [id, table]));
  const blocked = plan.skipped.filter(({ reason }) => reason.kind === "blocked-by");
  return search(
    world,
    [...plan.cells, ...blocked].map(({ processor, dates }) => ({
      table: tables.get(processor) ?? processor,
      dates,
    })),
  );
}

/** The same of a date on which a source lacks rows, with the kind of gate that knows it. */
export type SourceGapSearch = (
  processor: string,
  date: CalendarDate,
) => (UpstreamPartition & { readonly asks: GateKind }) | undefined;

/** Searches for dates on which a source lacks rows. */
export function searchSourceGaps(world: World, gaps: readonly SourceGaps[]): SourceGapSearch {
  const ofSources = gaps.filter(({ processor }) => processor === undefined);
  const searches = [...Map.groupBy(ofSources, ({ asks = "gaps" }) => asks)].map(([asks, own]) => ({
    asks,
    find: search(
      world,
      own.map(({ table, missing, low }) => ({ table, dates: [...missing, ...low.map(({ date }) => date)] })),
    ),
  }));
  return (processor, date) => {
    for (const { asks, find } of searches) {
      const found = find(processor, date);
      if (found !== undefined) return { ...found, asks };
    }
    return undefined;
  };
}

/** Searches for partitions that a gate holds back from the processor. */
export function searchHeld(world: World, held: readonly GateHold[]): UpstreamSearch {
  const waiting = new Map(placeGates(world.runbook).map(({ gate, before }) => [gate.id, before]));
  const searches = [...Map.groupBy(held, ({ gate }) => gate)].map(([gate, own]) => ({
    before: waiting.get(gate) ?? new Set<string>(),
    find: search(world, own),
  }));
  return (processor, date) => {
    for (const { before, find } of searches) {
      const found = before.has(processor) ? find(processor, date) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

/** Partitions that no machine can settle, found while they are looked at in the runbook's order. */
export type StuckPartitions = {
  /** The command that shows what a person has to mend before this partition can be built; undefined when nothing is. */
  readonly commandBefore: (processor: string, date: CalendarDate) => string | undefined;
  readonly add: (partition: UpstreamPartition, command: string) => void;
};

/** Knows of no stuck partition yet. */
export function createStuckPartitions(world: World): StuckPartitions {
  const { find, mark } = openSearch(world);
  const commands = new Map<string, string>();
  return {
    commandBefore(processor, date) {
      const found = find(processor, date);
      return found === undefined ? undefined : commands.get(tupleText([found.table, found.date]));
    },
    add({ table, date }, command) {
      mark({ table, dates: [date] });
      commands.set(tupleText([table, date]), command);
    },
  };
}

function search(world: World, marked: readonly Marked[]): UpstreamSearch {
  const { find, mark } = openSearch(world);
  for (const own of marked) mark(own);
  return find;
}

function openSearch({ runbook, state }: World): {
  readonly find: UpstreamSearch;
  readonly mark: (marked: Marked) => void;
} {
  const timeline = stateTimeline(runbook, state);
  const upstreams = upstreamsOf(runbook);
  const flags = new Map<string, DateFlags>();
  function mark({ table, dates }: Marked): void {
    if (dates.length === 0) return;
    const own = flags.get(table) ?? createDateFlags(timeline.dates.length);
    flags.set(table, own);
    for (const date of dates) own.set(timeline.indexes.get(date) ?? 0, true);
  }
  function find(processor: string, date: CalendarDate): UpstreamPartition | undefined {
    const own = runbook.processors.find(({ id }) => id === processor);
    const index = indexOfDate(timeline, own ?? {}, date);
    for (const { edge, producer } of upstreams.get(processor) ?? []) {
      const span = timeline.spanOf(edge.window, partitionedOf(producer));
      const first = flags.get(edge.table)?.firstIn(span.from[index] ?? 0, span.to[index] ?? 0);
      const found = timeline.dates[first ?? -1];
      if (found === undefined) continue;
      const owner = producer.kind === "processor" ? producer.processor.id : undefined;
      return { table: edge.table, processor: owner, date: found };
    }
    return undefined;
  }
  return { find, mark };
}
