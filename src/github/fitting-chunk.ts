import { Fault } from "../errors.ts";
import { allDays } from "../plan/calendar/own-days.ts";
import { planBackfill } from "../plan/plan-backfill.ts";
import type { Plan, Selection, WarehouseState, Work } from "../plan/plan.ts";
import type { Runbook } from "../runbook/runbook.ts";
import type { PlanInputs } from "./action-inputs.ts";
import { countLegs, matricesOf, type Matrices } from "./plan-matrices.ts";
import { mostJobs, standingJobs } from "./workflow/check-limits.ts";
import { timeouts } from "./workflow/job.ts";

/** Chunk sizes that are tried, in days: a week to more than a season. */
const sizes = [7, 14, 28, 56, 112, 224, 400];

/** Seconds that a cell by its work is to take: what a job costs besides is little then, and what a failure loses too. */
const secondsOfCell = 300;

/** How a run is cut into cells. */
type Cut = Pick<Selection, "cellsPer" | "chunkDays">;

/**
 * How a selection is cut into the cells of a run: as the dispatch says, else in the chunks that the workflow was compiled
 * with, else as the runbook says.
 */
export function cutOf(
  { cells, "chunk-days": chunkDays }: Pick<PlanInputs, "cells" | "chunk-days">,
  { jobs }: Pick<Runbook, "jobs">,
  secondsOf: Work["secondsOf"],
): Cut {
  if (cells === "runbook" && chunkDays !== undefined) return { cellsPer: "season", chunkDays };
  if ((cells === "runbook" ? jobs?.cells : cells) !== "auto") return { cellsPer: "period" };
  const half = ((jobs?.timeouts.cell ?? timeouts.cell) * 60) / 2;
  return { cellsPer: { seconds: Math.min(secondsOfCell, half), secondsOf } };
}

/** The jobs that the same run takes with cells by period; undefined where it has these, or chunks of days. */
export function jobsByPeriod(cut: Cut, asked: Asked): number | undefined {
  return workOf(cut) === undefined ? undefined : jobsWith(asked, { cellsPer: "period" });
}

/** By which work cells are cut, where they are. */
export function workOf({ cellsPer }: Cut): Work | undefined {
  return typeof cellsPer === "object" ? cellsPer : undefined;
}

type Asked = { readonly runbook: Runbook; readonly state: WarehouseState; readonly selection: Selection };

/** Refuses a plan with more jobs than a run may have. Fault: too-many-jobs, naming the smallest chunk that fits. */
export function refuseTooManyJobs(matrices: Matrices, asked: Asked): void {
  const jobs = jobsOf(matrices);
  if (jobs <= mostJobs) return;
  const fitting = sizes.find((chunkDays) => jobsWith(asked, { cellsPer: "season", chunkDays }) <= mostJobs);
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

function jobsWith({ runbook, state, selection }: Asked, cut: Cut): number {
  const plan: Plan = planBackfill(runbook, state, { ...selection, ...cut });
  return jobsOf(matricesOf(runbook, plan, { calendar: allDays(runbook, state.calendar) }));
}
