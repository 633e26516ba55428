import type { Runbook, Edge, Processor, Source } from "../../runbook/runbook.ts";
import type { TableId } from "../../domain/table-id.ts";
import { formatWindow } from "../../domain/window.ts";
import type { Partitioned } from "../calendar/own-days.ts";

/** What stands behind a table that a processor reads. */
export type Producer =
  | { readonly kind: "processor"; readonly processor: Processor }
  | { readonly kind: "source"; readonly source: Source }
  | { readonly kind: "calendar" };

/** How often what stands behind a table has a partition. */
export function partitionedOf(producer: Producer): Partitioned {
  return producer.kind === "processor" ? producer.processor : {};
}

/** One distinct (table, window, failures) that a processor reads; `label` names all three. */
export type Upstream = { readonly label: string; readonly edge: Edge; readonly producer: Producer };

/**
 * What every processor reads, by its id, sorted by label: neither order nor repetition of edges in the runbook counts.
 * Edges to tables that the runbook does not declare are left out; its loader refuses them.
 */
export function upstreamsOf(runbook: Runbook): ReadonlyMap<string, readonly Upstream[]> {
  const producers = producersOf(runbook);
  return new Map(runbook.processors.map(({ id, reads }) => [id, upstreamsAmong(reads, producers)]));
}

/** The processors that each processor reads itself, by its id; see `withUpstream` for all that it rests on. */
export function readsByProcessor(runbook: Runbook): ReadonlyMap<string, readonly string[]> {
  const entries = [...upstreamsOf(runbook)].map(([id, upstreams]): [string, readonly string[]] => {
    const read = upstreams.flatMap(({ producer }) =>
      producer.kind === "processor" ? [producer.processor.id] : [],
    );
    return [id, [...new Set(read)]];
  });
  return new Map(entries);
}

/** The chosen processors and all that read them, directly or through others. */
export function withReaders(runbook: Runbook, chosen: ReadonlySet<string>): ReadonlySet<string> {
  const tables = new Set(runbook.processors.filter(({ id }) => chosen.has(id)).map(({ table }) => table));
  const all = new Set(chosen);
  for (const { id, table, reads } of runbook.processors) {
    if (!reads.some((edge) => tables.has(edge.table))) continue;
    all.add(id);
    tables.add(table);
  }
  return all;
}

function upstreamsAmong(
  reads: readonly Edge[],
  producers: ReadonlyMap<TableId, Producer>,
): readonly Upstream[] {
  const upstreams = new Map<string, Upstream>();
  for (const edge of reads) {
    const label = edgeLabel(edge);
    const producer = producers.get(edge.table);
    if (producer !== undefined) upstreams.set(label, { label, edge, producer });
  }
  return [...upstreams.values()].toSorted((left, right) => (left.label < right.label ? -1 : 1));
}

const failuresLabel: Readonly<Record<string, string>> = { true: " failures", only: " only failures" };

/** What names an edge among those of its processor. */
export function edgeLabel({ table, window, failures }: Edge): string {
  return `${table} ${formatWindow(window)}${failuresLabel[String(failures)] ?? ""}`;
}

/** What stands behind every table that a runbook declares. */
export function producersOf(runbook: Runbook): ReadonlyMap<TableId, Producer> {
  return new Map<TableId, Producer>([
    [runbook.calendar.table, { kind: "calendar" }],
    ...runbook.sources.map((source) => [source.table, { kind: "source", source }] as const),
    ...runbook.processors.map((processor) => [processor.table, { kind: "processor", processor }] as const),
  ]);
}

/**
 * Which edges of a partition read other content now than when it was built, by the labels of `upstreamsOf` in their
 * order; undefined when the fingerprints have another shape, so that any edge may have changed.
 */
export function changedEdges(
  recorded: string,
  current: string,
  labels: readonly string[],
): readonly string[] | undefined {
  if (recorded === current) return [];
  const [before, now] = [recorded.split("."), current.split(".")];
  if (before.length !== labels.length || now.length !== labels.length) return undefined;
  return labels.filter((_, index) => before[index] !== now[index]);
}

/** The first source of which a window held something when a partition was built and holds nothing now. */
export function vanishedSource(
  upstreams: readonly Upstream[],
  recorded: string,
  current: string,
): TableId | undefined {
  const [before, now] = [recorded.split("."), current.split(".")];
  if (before.length !== upstreams.length || now.length !== upstreams.length) return undefined;
  const vanished = upstreams.find(({ producer }, index) => {
    return producer.kind === "source" && before[index] !== nothing && now[index] === nothing;
  });
  return vanished?.edge.table;
}

/** Part of a fingerprint of a window in which there is no row. */
const nothing = "0";

/** Number of processors on the longest chain of which each reads the one before. */
export function depthOf(runbook: Runbook): number {
  const depths = new Map<string, number>();
  const reads = readsByProcessor(runbook);
  for (const { id } of runbook.processors) {
    const own = (reads.get(id) ?? []).map((read) => depths.get(read) ?? 0);
    depths.set(id, 1 + Math.max(0, ...own));
  }
  return Math.max(0, ...depths.values());
}
