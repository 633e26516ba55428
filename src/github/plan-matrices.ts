import { gateBarriers } from "../plan/order/gate-barriers.ts";
import { orderGates } from "../plan/order/order-gates.ts";
import type { CalendarDay, Cell, Plan, Work } from "../plan/plan.ts";
import type { Runbook } from "../runbook/runbook.ts";
import { standingJobs } from "./workflow/check-limits.ts";

/**
 * One leg of a processor's matrix: the cell, or several with commas between them, and what the graph calls it behind the
 * processor's id.
 */
export type CellLeg = { readonly id: string; readonly title: string };

/**
 * The legs of every job of the workflow, by job id; empty where nothing is selected. A leg of a barrier is the ids of its
 * gates with commas between them, or one where gates stay apart.
 */
export type Matrices = Readonly<Record<string, readonly (CellLeg | string)[]>>;

/** The matrices of a plan: a list for every processor and barrier of the runbook. With `work` short cells share a leg. */
export function matricesOf(
  runbook: Runbook,
  plan: Plan,
  { calendar, work }: { readonly calendar: readonly CalendarDay[]; readonly work?: Work | undefined },
): Matrices {
  const periods = new Map(calendar.map(({ date, period }) => [date as string, period]));
  const cells = runbook.processors.map(({ id }): [string, readonly CellLeg[]] => {
    const own = plan.cells.filter(({ processor }) => processor === id);
    return [id, joinShort(own, work).map((cells) => legOf(cells, periods))];
  });
  const passed = new Set(orderGates(runbook, plan).map(({ gate }) => gate.id));
  const gates = gateBarriers(runbook).map((barrier): [string, readonly string[]] => {
    const ids = barrier.gates.map(({ gate }) => gate.id).filter((id) => passed.has(id));
    return [barrier.id, runbook.jobs?.gates === "apart" || ids.length === 0 ? ids : [ids.join(", ")]];
  });
  return Object.fromEntries([...cells, ...gates]);
}

/** The same jobs, with nothing to do. */
export function emptyMatrices(matrices: Matrices): Matrices {
  return Object.fromEntries(Object.keys(matrices).map((id) => [id, []]));
}

/** Cells of one processor that share a leg: as long as their work is that of one cell, where it is known. */
function joinShort(cells: readonly Cell[], work: Work | undefined): readonly (readonly Cell[])[] {
  const legs: Cell[][] = [];
  let left = 0;
  for (const cell of cells) {
    const seconds = work?.secondsOf.get(cell.processor);
    const own = seconds === undefined ? Infinity : seconds * cell.dates.length;
    const last = legs.at(-1);
    if (last !== undefined && own <= left) last.push(cell);
    else legs.push([cell]);
    left = (last !== undefined && own <= left ? left : (work?.seconds ?? 0)) - own;
  }
  return legs;
}

function legOf(cells: readonly Cell[], periods: ReadonlyMap<string, string>): CellLeg {
  const dates = cells.flatMap((cell) => cell.dates).toSorted();
  return { id: cells.map(({ id }) => id).join(", "), title: titleOf({ dates }, periods) };
}

/** The least minutes that GitHub bills for a run's jobs: one each, more where work is known to take longer. */
export function minutesOf(
  matrices: Matrices,
  { cells, secondsOf }: Pick<Plan, "cells"> & Pick<Work, "secondsOf">,
): number {
  const seconds = new Map(
    cells.map(({ id, processor, dates }) => [id, dates.length * (secondsOf.get(processor) ?? 0)]),
  );
  const legs = Object.values(matrices).flat();
  return legs.reduce((sum, leg) => {
    const ids = typeof leg === "string" ? [] : leg.id.split(", ");
    const own = ids.reduce((total, id) => total + (seconds.get(id) ?? 0), 0);
    return sum + Math.max(1, Math.ceil(own / 60));
  }, standingJobs);
}

/** Jobs that come of the matrices. */
export function countLegs(matrices: Matrices): number {
  return Object.values(matrices).reduce((sum, legs) => sum + legs.length, 0);
}

/** Jobs that would come of them if every gate had its own. */
export function countLegsApart(matrices: Matrices): number {
  const legs = Object.values(matrices).flat();
  return legs.reduce((sum, leg) => sum + (typeof leg === "string" ? leg.split(", ").length : 1), 0);
}

/** `launch 2024-01-01 to 2024-01-07`; cells of several periods or of none are called by their dates only. */
function titleOf({ dates }: Pick<Cell, "dates">, periods: ReadonlyMap<string, string>): string {
  const [first = "", last = ""] = [dates[0], dates.at(-1)];
  const named = new Set(dates.map((date) => periods.get(date) ?? "none"));
  const [period = "none", ...others] = named;
  const range = first === last ? first : `${first} to ${last}`;
  return period === "none" || others.length > 0 ? range : `${period} ${range}`;
}
