import type { CalendarDate } from "../../domain/calendar-date.ts";
import type { TableId } from "../../domain/table-id.ts";
import type { Runbook } from "../../runbook/runbook.ts";
import type { RowContent, WarehouseState } from "../plan.ts";
import { createTableSums, type TableSums } from "./table-sums.ts";
import { indexOfDate, stateTimeline, type Span, type Timeline } from "../calendar/timeline.ts";
import { partitionedOf, upstreamsOf, type Upstream } from "../upstream/upstream.ts";
import { digest128, type VersionSums } from "./version-sums.ts";

/** What a partition holds after a commit; parts without rows are `emptyContent`. */
type PartitionContent = { readonly content: RowContent; readonly failures: RowContent };

/** Input fingerprints over a warehouse's state. Unknown processors and dates off the calendar are bugs and throw. */
export type Fingerprints = {
  /**
   * Hashes of the versions of every upstream partition inside the windows of one partition, one part an edge, so that
   * two fingerprints tell which edge changed.
   */
  inputsOf(processor: string, date: CalendarDate): string;
  /** Whether a partition of the processor must exist on a date. */
  isCalendarDate(processor: string, date: CalendarDate): boolean;
  /** Hash of the processor's definition. */
  definitionOf(processor: string): string;
  /** Takes over what was committed meanwhile; only the sums of the processor's own table are made again. */
  update(processor: string, contents: ReadonlyMap<CalendarDate, PartitionContent>): void;
};

/** The part of a warehouse's state that fingerprints are made of. */
export type FingerprintState = Pick<WarehouseState, "calendar" | "content" | "ledger">;

/** Fingerprints over all dates with rows. A timeline and sums that are at hand may be shared. */
export function createFingerprints(
  runbook: Runbook,
  state: FingerprintState,
  shared: { readonly timeline?: Timeline; readonly sums?: ReadonlyMap<TableId, TableSums> } = {},
): Fingerprints {
  const timeline = shared.timeline ?? stateTimeline(runbook, state);
  const sums = shared.sums ?? createTableSums(runbook, state, timeline);
  const parts = new Map([...upstreamsOf(runbook)].map(([id, reads]) => [id, partsOf(reads, sums, timeline)]));
  const processors = new Map(runbook.processors.map((processor) => [processor.id, processor]));
  const definitions = new Map(runbook.processors.map(({ id, definition }) => [id, digest128(definition)]));
  const tables = new Map(runbook.processors.map(({ id, table }) => [id, sums.get(table)]));
  return {
    inputsOf(id, date) {
      return inputsText(known(parts, id), indexOfDate(timeline, known(processors, id), date));
    },
    isCalendarDate(id, date) {
      return timeline.daysOf(known(processors, id))[timeline.indexes.get(date) ?? -1] !== undefined;
    },
    definitionOf: (processor) => known(definitions, processor),
    update(processor, contents) {
      const own = known(tables, processor);
      for (const [date, { content, failures }] of contents) {
        const index = timeline.indexes.get(date);
        if (index === undefined) throw new Error(`Nobody knows of the date "${date}"`);
        own?.rows.set(index, content);
        own?.failures.set(index, failures);
      }
    },
  };
}

type Part = { readonly sums: readonly VersionSums[]; readonly span: Span };

function partsOf(
  upstreams: readonly Upstream[],
  sums: ReadonlyMap<TableId, TableSums>,
  timeline: Timeline,
): readonly Part[] {
  return upstreams.flatMap(({ edge, producer }) => {
    const table = sums.get(edge.table);
    if (table === undefined) return [];
    const { rows, failures } = table;
    const read = edge.failures === "only" ? [failures] : edge.failures ? [rows, failures] : [rows];
    return [{ sums: read, span: timeline.spanOf(edge.window, partitionedOf(producer)) }];
  });
}

/** One part an edge, by dots in the order of `upstreamsOf`; rows and failures of an edge stand beside each other. */
function inputsText(parts: readonly Part[], index: number): string {
  return parts
    .map(({ sums, span }) => sums.map((sum) => shortHex(sumOver(sum, span, index))).join("-"))
    .join(".");
}

/** The low 64 bits of a sum of hashes: enough to tell versions apart, and short enough for a ledger row. */
function shortHex(sum: bigint): string {
  return BigInt.asUintN(64, sum).toString(16);
}

function sumOver(sums: VersionSums, span: Span, index: number): bigint {
  const [from, to] = [span.from[index] ?? 0, span.to[index] ?? 0];
  return to - from === 1 ? sums.at(from) : sums.between(from, to);
}

function known<T>(values: ReadonlyMap<string, T>, processor: string): T {
  const value = values.get(processor);
  if (value === undefined) throw new Error(`No processor "${processor}" in the runbook`);
  return value;
}
