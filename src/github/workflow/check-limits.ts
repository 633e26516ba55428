import { Fault } from "../../errors.ts";
import { gateBarriers } from "../../plan/order/gate-barriers.ts";
import type { Runbook } from "../../runbook/runbook.ts";
import type { Job } from "./job.ts";

/** Bytes that GitHub accepts as a workflow file. */
const largestWorkflowBytes = 500_000;

/** Jobs of one run that a plan may ask for; a matrix could have 256. */
export const mostJobs = 200;

/** Jobs of a run besides those of the plan's matrices: plan and report. */
export const standingJobs = 2;

const reserved = new Set(["plan", "approve", "report", "digest", "cells"]);

/** Refuses a runbook that no single workflow can run. Fault: workflow-limit. */
export function checkLimits(
  runbook: Runbook,
  { jobs, text }: { readonly jobs: Readonly<Record<string, Job>>; readonly text: string },
): void {
  const ids = runbook.processors.map(({ id }) => id.toLowerCase());
  const taken = ids.find((id, index) => reserved.has(id) || ids.indexOf(id) !== index);
  if (taken !== undefined) {
    throw limitFault(runbook, `a job called "${taken}" is there already`, "Rename that processor");
  }
  const barriers = gateBarriers(runbook).length;
  const gates = runbook.jobs?.gates === "apart" ? runbook.gates.length : barriers;
  const fewest = runbook.processors.length + gates + standingJobs;
  if (fewest > mostJobs) {
    throw limitFault(
      runbook,
      `expected at most ${mostJobs} jobs, found ${fewest} with one cell per processor`,
      "Split the runbook by phases into several, each reading the tables of the one before as sources",
    );
  }
  const bytes = Buffer.byteLength(text);
  if (bytes <= largestWorkflowBytes) return;
  throw limitFault(
    runbook,
    `expected at most ${largestWorkflowBytes} bytes, found ${bytes} for ${Object.keys(jobs).length} jobs`,
    "Split the runbook by phases into several, or join gates that follow the same processors",
  );
}

function limitFault({ name }: Runbook, found: string, hint: string): Fault {
  return new Fault("workflow-limit", `Cannot compile "${name}" to a workflow: ${found}`, { hint });
}
