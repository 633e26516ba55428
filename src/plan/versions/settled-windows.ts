import type { CalendarDate } from "../../domain/calendar-date.ts";
import type { TableId } from "../../domain/table-id.ts";
import type { Processor, Runbook } from "../../runbook/runbook.ts";
import { readsSomeOnly } from "../../domain/window.ts";
import { createDateFlags, type DateFlags } from "../calendar/date-flags.ts";
import type { WarehouseState } from "../plan.ts";
import { isSourceSettled, settlementOf } from "./settlement.ts";
import { createTimeline, indexOfDate, type Span, type Timeline } from "../calendar/timeline.ts";
import { partitionedOf, upstreamsOf, type Producer } from "../upstream/upstream.ts";

/** Unsettled dates of one upstream table, ascending; `processor` is undefined when it is a source. */
type UnsettledUpstream = {
  readonly table: TableId;
  readonly processor: string | undefined;
  readonly dates: readonly CalendarDate[];
  /** Whether only windows that need not reach so far show them. */
  readonly mayDepend: boolean;
};

/** Which upstream partitions may be read. Unknown processors and dates off the calendar are bugs and throw. */
export type SettledWindows = {
  /** The unsettled calendar dates inside the windows of one partition, each table once; empty: it may run. */
  unsettledUpstreamOf(processor: string, date: CalendarDate): readonly UnsettledUpstream[];
  /** Whether a date of a processor may be read, by what is known now. */
  isSettled(processor: string, date: CalendarDate): boolean;
  /** Takes over which of a processor's dates have been settled, or have failed, meanwhile; those off the calendar are ignored. */
  update(processor: string, settled: ReadonlyMap<CalendarDate, boolean>): void;
  /**
   * Holds back dates of a source's or processor's table from some processors, as a blocking gate asks for that they wait
   * for; dates off the calendar are ignored.
   */
  hold(held: {
    readonly table: TableId;
    readonly dates: readonly CalendarDate[];
    readonly from: Iterable<string>;
  }): void;
};

/** The windows over a warehouse's state. A table is looked at when first asked for; a settled window costs O(1). */
export function createSettledWindows(runbook: Runbook, state: WarehouseState): SettledWindows {
  const timeline = createTimeline(runbook, state);
  const upstreams = upstreamsOf(runbook);
  const processors = new Map(runbook.processors.map((processor) => [processor.id, processor]));
  const flags = new Map<TableId, DateFlags>();
  const held = new Map<string, Map<TableId, DateFlags>>();
  function flagsOf(table: TableId, producer: Producer): DateFlags {
    const known = flags.get(table) ?? unsettledDates(producer, timeline, state);
    flags.set(table, known);
    return known;
  }
  function flagsOfProcessor(id: string): DateFlags {
    const processor = knownOf(processors.get(id), id);
    return flagsOf(processor.table, { kind: "processor", processor });
  }
  return {
    unsettledUpstreamOf(processor, date) {
      const index = indexOfDate(timeline, knownOf(processors.get(processor), processor), date);
      const found = knownOf(upstreams.get(processor), processor).map(
        ({ edge: { table, window }, producer }) => {
          const own = held.get(processor)?.get(table);
          const indexes = [flagsOf(table, producer), ...(own === undefined ? [] : [own])].flatMap(
            (unsettled) => membersIn(unsettled, timeline.spanOf(window, partitionedOf(producer)), index),
          );
          return { table, processor: idOf(producer), indexes, mayDepend: readsSomeOnly(window) };
        },
      );
      return mergeTables(found, timeline);
    },
    isSettled(id, date) {
      const index = timeline.indexes.get(date);
      return index !== undefined && flagsOfProcessor(id).firstIn(index, index + 1) === undefined;
    },
    update(id, settled) {
      const unsettled = flagsOfProcessor(id);
      for (const [date, isSettled] of settled) {
        const index = timeline.indexes.get(date);
        if (index !== undefined) unsettled.set(index, !isSettled);
      }
    },
    hold({ table, dates, from }) {
      const indexes = dates.flatMap((date) => timeline.indexes.get(date) ?? []);
      for (const reader of from) {
        const tables = held.get(reader) ?? new Map<TableId, DateFlags>();
        const own = tables.get(table) ?? createDateFlags(timeline.dates.length);
        held.set(reader, tables.set(table, own));
        for (const index of indexes) own.set(index, true);
      }
    },
  };
}

/** The calendar dates on which a table may not be read, as timeline indexes. */
export function unsettledDates(producer: Producer, timeline: Timeline, state: WarehouseState): DateFlags {
  const flags = createDateFlags(timeline.dates.length);
  if (producer.kind === "calendar") return flags;
  const days = timeline.daysOf(partitionedOf(producer));
  for (const [index, date] of timeline.dates.entries()) {
    const isSettled =
      producer.kind === "source"
        ? isSourceSettled(producer.source, date, state)
        : isProcessorSettled(producer.processor, date, state);
    flags.set(index, !isSettled && days[index] !== undefined);
  }
  return flags;
}

/** What is frozen may be read: it stays as it is. */
function isProcessorSettled(processor: Processor, date: CalendarDate, state: WarehouseState): boolean {
  if (state.frozen?.get(processor.id)?.has(date) === true) return true;
  return settlementOf(processor, date, state).kind === "settled";
}

type UnsettledEdge = {
  readonly table: TableId;
  readonly processor: string | undefined;
  readonly indexes: readonly number[];
  readonly mayDepend: boolean;
};

function membersIn(flags: DateFlags, span: Span, index: number): readonly number[] {
  const members: number[] = [];
  const end = span.to[index] ?? 0;
  let next = flags.firstIn(span.from[index] ?? 0, end);
  while (next !== undefined) {
    members.push(next);
    next = flags.firstIn(next + 1, end);
  }
  return members;
}

function mergeTables(found: readonly UnsettledEdge[], timeline: Timeline): readonly UnsettledUpstream[] {
  const tables = Map.groupBy(found, ({ table }) => table);
  return [...tables].flatMap(([table, edges]) => {
    const indexes = [...new Set(edges.flatMap((edge) => edge.indexes))].toSorted(
      (left, right) => left - right,
    );
    const dates = indexes.flatMap((index) => timeline.dates[index] ?? []);
    const mayDepend = edges.every((edge) => edge.mayDepend || edge.indexes.length === 0);
    return dates.length === 0 ? [] : [{ table, processor: edges[0]?.processor, dates, mayDepend }];
  });
}

function idOf(producer: Producer): string | undefined {
  return producer.kind === "processor" ? producer.processor.id : undefined;
}

function knownOf<T>(value: T | undefined, processor: string): T {
  if (value === undefined) throw new Error(`No processor "${processor}" in the runbook`);
  return value;
}
