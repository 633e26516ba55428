import { readsSomeOnly } from "../../domain/window.ts";
import type { WarehouseState } from "../../plan/plan.ts";
import { type Timeline, windowUnion } from "../../plan/calendar/timeline.ts";
import { type Upstream, changedEdges, partitionedOf } from "../../plan/upstream/upstream.ts";
import type { Fingerprints } from "../../plan/versions/window-fingerprint.ts";
import type { Processor } from "../../runbook/runbook.ts";
import type { TaintCause } from "./taint.ts";

type Search = {
  readonly state: WarehouseState;
  readonly timeline: Timeline;
  readonly fingerprints: Fingerprints;
};

type Reader = {
  readonly processor: Processor;
  readonly upstreams: readonly Upstream[];
  /** Timeline indexes of its partitions that exist. */
  readonly built: readonly number[];
};

/** How messages name what stands behind an edge: a processor by id, anything else by table. */
export function nameOf({ edge, producer }: Upstream): string {
  return producer.kind === "processor" ? producer.processor.id : edge.table;
}

/**
 * Tells, for a partition by its timeline index, which upstream was rewritten since it was built. Fingerprints say that
 * a window changed, not where: dates are ruled out that lie in the same edge's window of a partition that reads it
 * unchanged. What remains is named by its first date and their number, an upper bound.
 */
export function createRewriteFinder(
  search: Search,
  reader: Reader,
): (index: number) => readonly TaintCause[] {
  const changes = changesOf(search, reader);
  const unchanged = new Map<string, ReadonlySet<number>>();
  return (index) => {
    if (changes.unknown.has(index)) return [{ kind: "unknown" }];
    return reader.upstreams.flatMap((upstream) => {
      const indexes = changes.byEdge.get(upstream.label);
      if (indexes === undefined || !indexes.has(index)) return [];
      const same = unchanged.get(upstream.label) ?? unchangedDates(search, reader, { upstream, indexes });
      unchanged.set(upstream.label, same);
      return rewrittenCause(search, { upstream, index, same });
    });
  };
}

type Changes = {
  readonly byEdge: ReadonlyMap<string, ReadonlySet<number>>;
  readonly unknown: ReadonlySet<number>;
};

function changesOf(search: Search, { processor, upstreams, built }: Reader): Changes {
  const { state, timeline, fingerprints } = search;
  const labels = upstreams.map(({ label }) => label);
  const byEdge = new Map<string, Set<number>>();
  const unknown = new Set<number>();
  for (const index of built) {
    const date = timeline.dates[index];
    const attempt = date === undefined ? undefined : state.ledger.get(processor.id)?.get(date)?.attempt;
    if (date === undefined || attempt?.status !== "committed") continue;
    const changed = changedEdges(attempt.inputs, fingerprints.inputsOf(processor.id, date), labels);
    if (changed === undefined) unknown.add(index);
    for (const label of changed ?? []) byEdge.set(label, (byEdge.get(label) ?? new Set()).add(index));
  }
  return { byEdge, unknown };
}

/** Dates that some partition reads through the edge and that are as they were when it was built. */
function unchangedDates(
  { timeline, state }: Search,
  { built, processor }: Reader,
  { upstream, indexes }: { readonly upstream: Upstream; readonly indexes: ReadonlySet<number> },
): ReadonlySet<number> {
  const ledger = state.ledger.get(processor.id);
  const same = built.filter((index) => {
    const date = timeline.dates[index];
    return date !== undefined && ledger?.get(date)?.attempt.status === "committed" && !indexes.has(index);
  });
  return new Set(windowUnion(timeline.spanOf(upstream.edge.window, partitionedOf(upstream.producer)), same));
}

function rewrittenCause(
  { timeline }: Search,
  { upstream, index, same }: { upstream: Upstream; index: number; same: ReadonlySet<number> },
): readonly TaintCause[] {
  const span = timeline.spanOf(upstream.edge.window, partitionedOf(upstream.producer));
  const from = span.from[index] ?? 0;
  const window = Array.from(
    { length: Math.max(0, (span.to[index] ?? 0) - from) },
    (_, offset) => from + offset,
  );
  const left = window.filter((candidate) => !same.has(candidate));
  const candidates = left.length > 0 ? left : window;
  const first = timeline.dates[candidates[0] ?? index];
  if (first === undefined) return [];
  const cause = { kind: "rewritten", upstream: nameOf(upstream), first, count: candidates.length } as const;
  return [readsSomeOnly(upstream.edge.window) ? { ...cause, mayDepend: true } : cause];
}
