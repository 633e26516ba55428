import { countOf } from "../domain/format.ts";
import type { CellLeg, Matrices } from "./plan-matrices.ts";
import { standingJobs } from "./workflow/check-limits.ts";

/** Jobs of a run up to which every cell has its own, where several may share one. */
const comfortableJobs = 120;

/** The cells that a leg names. */
export function cellsOfLeg(leg: CellLeg): readonly string[] {
  return leg.id.split(", ");
}

/**
 * The same cells in at most 120 jobs, or one a processor where that is more: a leg then drives several cells of its
 * processor, one after the other. Matrices of so few jobs stay as they are.
 */
export function joinLegs(matrices: Matrices): Matrices {
  const lists = Object.values(matrices);
  const gates = lists.flat().filter((leg) => typeof leg === "string").length;
  const cells = lists.map((legs) => legs.filter((leg) => typeof leg !== "string").length);
  const room = comfortableJobs - standingJobs - gates;
  const most = mostPerProcessor(cells, room);
  return Object.fromEntries(Object.entries(matrices).map(([id, legs]) => [id, joined(legs, most)]));
}

/** The largest number of jobs that each processor may have. */
function mostPerProcessor(cells: readonly number[], room: number): number {
  let most = Math.max(1, ...cells);
  while (most > 1 && cells.reduce((sum, own) => sum + Math.min(own, most), 0) > room) most -= 1;
  return most;
}

function joined(legs: Matrices[string], most: number): Matrices[string] {
  const cells = legs.filter((leg) => typeof leg !== "string");
  if (cells.length <= most || cells.length < legs.length) return legs;
  return Array.from({ length: most }, (_, number) => {
    const [from, to] = [number, number + 1].map((end) => Math.round((end * cells.length) / most));
    return jointLeg(cells.slice(from, to));
  });
}

function jointLeg(cells: readonly CellLeg[]): CellLeg {
  const [first, last] = [cells[0], cells.at(-1)];
  if (first === undefined || last === undefined) throw new Error("A leg needs at least one cell");
  if (cells.length === 1) return first;
  const title = `${first.title} and on to ${last.title}, ${countOf(cells.flatMap(cellsOfLeg).length, "cell")}`;
  return { id: cells.map(({ id }) => id).join(", "), title };
}
