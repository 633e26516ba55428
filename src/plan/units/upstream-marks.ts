import type { CalendarDate } from "../../domain/calendar-date.ts";
import type { TableId } from "../../domain/table-id.ts";
import { readsSomeOnly } from "../../domain/window.ts";
import type { Runbook } from "../../runbook/runbook.ts";
import { createDateFlags, type DateFlags } from "../calendar/date-flags.ts";
import { isBuilt, type WarehouseState } from "../plan.ts";
import { unsettledDates } from "../versions/settled-windows.ts";
import type { Timeline } from "../calendar/timeline.ts";
import type { PlanScope, UnitVerdict } from "./unit-verdict.ts";
import { partitionedOf, type Producer, type Upstream } from "../upstream/upstream.ts";

/** One partition that a unit reads. `name` is the processor's id, or the table of a source. */
export type UpstreamUnit = {
  readonly kind: "processor" | "source";
  readonly name: string;
  readonly date: CalendarDate;
  readonly index: number;
  /** Whether the unit reads it through windows only that need not reach so far. */
  readonly mayDepend: boolean;
};

/** Which partitions a plan runs and which block their readers, filled in while processors are judged in order. */
export type UpstreamMarks = {
  mark(table: TableId, index: number, verdict: UnitVerdict | undefined): void;
  /** The first running unit inside the windows of a unit: sources, then processors in the runbook's order. */
  firstRunning(processor: string, index: number): UpstreamUnit | undefined;
  /** The first blocking partition inside the windows of a unit, in the same order; one that it may depend on comes last. */
  firstBlocking(processor: string, index: number): UpstreamUnit | undefined;
};

type TableMarks = { readonly running: DateFlags; readonly blocking: DateFlags };

/** Marks before anything is judged: only sources that lack required dates block. */
export function createUpstreamMarks({ runbook, state, timeline, upstreams }: PlanScope): UpstreamMarks {
  const marks = createTableMarks(runbook, state, timeline);
  const ranks = new Map([...marks.keys()].map((table, rank) => [table, rank]));
  const ordered = new Map([...upstreams].map(([id, reads]) => [id, sortByRank(reads, ranks)]));
  function firstOf(
    kind: keyof TableMarks,
    reads: readonly Upstream[],
    index: number,
  ): UpstreamUnit | undefined {
    for (const { edge, producer } of reads) {
      const span = timeline.spanOf(edge.window, partitionedOf(producer));
      const first = marks.get(edge.table)?.[kind].firstIn(span.from[index] ?? 0, span.to[index] ?? 0);
      const date = timeline.dates[first ?? -1];
      if (first === undefined || date === undefined) continue;
      return { ...nameOf(producer), date, index: first, mayDepend: readsSomeOnly(edge.window) };
    }
    return undefined;
  }
  return {
    mark(table, index, verdict) {
      marks.get(table)?.running.set(index, verdict?.kind === "run");
      marks.get(table)?.blocking.set(index, verdict !== undefined && isBlocking(verdict));
    },
    firstRunning: (processor, index) => firstOf("running", ordered.get(processor) ?? [], index),
    firstBlocking(processor, index) {
      const reads = ordered.get(processor) ?? [];
      const first = firstOf("blocking", reads, index);
      if (first?.mayDepend !== true) return first;
      const sure = reads.filter(({ edge }) => !readsSomeOnly(edge.window));
      return firstOf("blocking", sure, index) ?? first;
    },
  };
}

/** Sources first, then processors in the runbook's order. */
function createTableMarks(
  runbook: Runbook,
  state: WarehouseState,
  timeline: Timeline,
): ReadonlyMap<TableId, TableMarks> {
  const marks = new Map<TableId, TableMarks>();
  const length = timeline.dates.length;
  for (const source of runbook.sources) {
    const blocking = unsettledDates({ kind: "source", source }, timeline, state);
    marks.set(source.table, { running: createDateFlags(length), blocking });
  }
  for (const { table } of runbook.processors) {
    marks.set(table, { running: createDateFlags(length), blocking: createDateFlags(length) });
  }
  return marks;
}

function sortByRank(reads: readonly Upstream[], ranks: ReadonlyMap<TableId, number>): readonly Upstream[] {
  return reads.toSorted(
    (left, right) => (ranks.get(left.edge.table) ?? 0) - (ranks.get(right.edge.table) ?? 0),
  );
}

function nameOf(producer: Producer): Pick<UpstreamUnit, "kind" | "name"> {
  if (producer.kind === "processor") return { kind: "processor", name: producer.processor.id };
  return { kind: "source", name: producer.kind === "source" ? producer.source.table : "calendar" };
}

/** Whatever leaves a unit unsettled, or about to be rewritten by somebody else, blocks those who read it. */
function isBlocking(verdict: UnitVerdict): boolean {
  return verdict.kind === "outside" || (verdict.kind === "skip" && !isBuilt(verdict.reason));
}
