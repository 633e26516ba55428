import { Fault } from "../errors.ts";
import { allDays } from "../plan/calendar/own-days.ts";
import { planBackfill } from "../plan/plan-backfill.ts";
import type { Plan, Selection, WarehouseState } from "../plan/plan.ts";
import type { Runbook } from "../runbook/runbook.ts";
import { countLegs, matricesOf, type Matrices } from "./plan-matrices.ts";
import { mostJobs, standingJobs } from "./workflow/check-limits.ts";

/** Chunk sizes that are tried, in days: a week to more than a season. */
const sizes = [7, 14, 28, 56, 112, 224, 400];

/** How a selection is cut into the cells of a run: by periods, or into chunks of days within a season. */
export function cutOf(chunkDays: number | undefined): Pick<Selection, "cellsPer" | "chunkDays"> {
  return chunkDays === undefined ? { cellsPer: "period" } : { cellsPer: "season", chunkDays };
}

/** Refuses a plan with more jobs than a run may have. Fault: too-many-jobs, naming the smallest chunk that fits. */
export function refuseTooManyJobs(
  matrices: Matrices,
  asked: { readonly runbook: Runbook; readonly state: WarehouseState; readonly selection: Selection },
): void {
  const jobs = jobsOf(matrices);
  if (jobs <= mostJobs) return;
  const fitting = sizes.find((size) => jobsWith(asked, size) <= mostJobs);
  const { name } = asked.runbook;
  throw new Fault("too-many-jobs", `Cannot plan: expected at most ${mostJobs} jobs, found ${jobs}`, {
    hint:
      fitting === undefined
        ? `Dispatch fewer dates at once: no chunk size fits, since every season has cells of its own`
        : `Compile the workflow with chunks of ${fitting} days: cascade workflow ${name} --chunk-days ${fitting}`,
  });
}

/** Jobs of a run with these matrices, plan and report included. */
export function jobsOf(matrices: Matrices): number {
  return countLegs(matrices) + standingJobs;
}

function jobsWith(
  { runbook, state, selection }: Parameters<typeof refuseTooManyJobs>[1],
  chunkDays: number,
): number {
  const { cellsPer: _cellsPer, chunkDays: _chunkDays, ...rest } = selection;
  const plan: Plan = planBackfill(runbook, state, { ...rest, ...cutOf(chunkDays) });
  return jobsOf(matricesOf(runbook, plan, allDays(runbook, state.calendar)));
}
