import { gateBarriers } from "../plan/order/gate-barriers.ts";
import { orderGates } from "../plan/order/order-gates.ts";
import type { CalendarDay, Cell, Plan } from "../plan/plan.ts";
import type { Runbook } from "../runbook/runbook.ts";

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

/** The matrices of a plan: a list for every processor and barrier of the runbook. */
export function matricesOf(runbook: Runbook, plan: Plan, calendar: readonly CalendarDay[]): Matrices {
  const periods = new Map(calendar.map(({ date, period }) => [date as string, period]));
  const cells = runbook.processors.map(({ id }): [string, readonly CellLeg[]] => {
    const own = plan.cells.filter(({ processor }) => processor === id);
    return [id, own.map((cell) => ({ id: cell.id, title: titleOf(cell, periods) }))];
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
function titleOf({ dates }: Cell, periods: ReadonlyMap<string, string>): string {
  const [first = "", last = ""] = [dates[0], dates.at(-1)];
  const named = new Set(dates.map((date) => periods.get(date) ?? "none"));
  const [period = "none", ...others] = named;
  const range = first === last ? first : `${first} to ${last}`;
  return period === "none" || others.length > 0 ? range : `${period} ${range}`;
}
