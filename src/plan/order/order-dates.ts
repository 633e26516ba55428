import type { OrderOfDates } from "../../domain/date-order.ts";
import type { Cell } from "../plan.ts";

/**
 * Cells so that those of the newest (or oldest) dates are through as early as they can be, each after all that it needs;
 * as they are without an order. A cell that reads history pulls all cells of that history before it.
 */
export function inDateOrder(cells: readonly Cell[], order: OrderOfDates | undefined): readonly Cell[] {
  if (order === undefined) return cells;
  const ranked = cells.toSorted(order === "newest" ? byNewest : byOldest);
  const found = new Map(ranked.map((cell) => [cell.id, cell]));
  const ranks = new Map(ranked.map(({ id }, rank) => [id, rank]));
  const ordered = new Set<Cell>();
  for (const cell of ranked) place(cell);
  return [...ordered];

  function place(cell: Cell): void {
    if (ordered.has(cell)) return;
    const needs = cell.needs.toSorted((left, right) => (ranks.get(left) ?? 0) - (ranks.get(right) ?? 0));
    for (const need of needs) {
      const needed = found.get(need);
      if (needed !== undefined) place(needed);
    }
    ordered.add(cell);
  }
}

/** Cells are given in the runbook's order, which a stable sort keeps among those of equal dates. */
function byNewest(left: Cell, right: Cell): number {
  return compareText(right.dates.at(-1), left.dates.at(-1));
}

function byOldest(left: Cell, right: Cell): number {
  return compareText(left.dates[0], right.dates[0]);
}

function compareText(left = "", right = ""): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
