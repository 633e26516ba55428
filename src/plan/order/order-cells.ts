import type { PackedCell } from "./pack-cells.ts";
import { isWithdrawal, type Cell } from "../plan.ts";
import type { Span, Timeline } from "../calendar/timeline.ts";
import { partitionedOf, type Upstream } from "../upstream/upstream.ts";

/** What the order of cells follows from. */
export type OrderScope = {
  readonly timeline: Timeline;
  readonly upstreams: ReadonlyMap<string, readonly Upstream[]>;
};

/**
 * Adds to every cell the cells that it needs: those with a date inside the window of one of its dates. What takes back
 * dates that have left the calendar needs none.
 */
export function orderCells(packed: readonly PackedCell[], scope: OrderScope): readonly Cell[] {
  const owners = ownersOf(packed, scope.timeline);
  return packed.map(({ id, processor, indexes, dates, reasons }) => {
    const needs = new Set<string>();
    const reads = isWithdrawal({ reasons }) ? [] : (scope.upstreams.get(processor.id) ?? []);
    for (const { edge, producer } of reads) {
      const owner = producer.kind === "processor" ? owners.get(producer.processor.id) : undefined;
      const span = scope.timeline.spanOf(edge.window, partitionedOf(producer));
      if (owner !== undefined) addNeeds(needs, owner, { indexes, span });
    }
    return { id, processor: processor.id, phase: processor.phase, dates, needs: [...needs], reasons };
  });
}

/** Cell ids by depth: a cell stands in the wave after the last of those it needs. Cells come after what they need. */
export function wavesOf(cells: readonly Cell[]): readonly (readonly string[])[] {
  const depths = new Map<string, number>();
  const waves: string[][] = [];
  for (const { id, needs } of cells) {
    const depth = needs.reduce((deepest, need) => Math.max(deepest, (depths.get(need) ?? 0) + 1), 0);
    depths.set(id, depth);
    (waves[depth] ??= []).push(id);
  }
  return waves;
}

type Owner = { readonly cells: readonly (PackedCell | undefined)[] };

/** The cell of every unit, by processor and timeline index. */
function ownersOf(packed: readonly PackedCell[], timeline: Timeline): ReadonlyMap<string, Owner> {
  const owners = new Map<string, { readonly cells: (PackedCell | undefined)[] }>();
  for (const cell of packed) {
    const owner = owners.get(cell.processor.id) ?? { cells: timeline.dates.map(() => undefined) };
    owners.set(cell.processor.id, owner);
    for (const index of cell.indexes) owner.cells[index] = cell;
  }
  return owners;
}

/** Windows of ascending dates of one season only move forward, so that each upstream date is looked at once. */
function addNeeds(
  needs: Set<string>,
  owner: Owner,
  reader: { readonly indexes: readonly number[]; readonly span: Span },
): void {
  let next = 0;
  for (const index of reader.indexes) {
    next = Math.max(next, reader.span.from[index] ?? 0);
    while (next < (reader.span.to[index] ?? 0)) {
      const cell = owner.cells[next];
      if (cell !== undefined) needs.add(cell.id);
      next += 1;
    }
  }
}
