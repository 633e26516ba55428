import { mkdir, writeFile } from "node:fs/promises";
import { dayOf } from "../../domain/calendar-date.ts";
import { assessPartitions } from "../../operations/assess-partitions.ts";
import { readRunbook } from "../../run/read-runbook.ts";
import type { TriageInputs } from "../action-inputs.ts";
import type { JobEffects } from "../job-effects.ts";
import { selectionOfPlan } from "../plan-file.ts";
import { decisionsFile } from "../recovery/recovery-file.ts";
import { renderOpenDecisions } from "../render-open-decisions.ts";
import { openAssembled } from "../state/open-assembled.ts";
import { readPlannedRun } from "../state/planned-run.ts";

/** What the workflow reads of triage, by the names of the action's outputs. */
export type TriageOutputs = {
  /** Path of a JSON file with all decisions. */
  readonly file: string;
  /** Decisions that ask for something. */
  readonly open: string;
};

/** Decides about every partition of the run's plan, on what its jobs left. Faults: artifact-lost, plan-stale. */
export async function runTriageJob(inputs: TriageInputs, effects: JobEffects): Promise<TriageOutputs> {
  const runbook = await readRunbook(inputs.runbook);
  await mkdir(effects.folder, { recursive: true });
  const run = await readPlannedRun(effects, runbook);
  const request = { run, runbook, warehouse: inputs.warehouse, wanted: run.results };
  await using warehouse = (await openAssembled(effects, request)).warehouse;
  const { dates } = run.file;
  const { decisions, failed } = await assessPartitions(warehouse, {
    runbook,
    selection: { ...selectionOfPlan(run.file), ...(dates === undefined ? {} : { dates }) },
    today: dayOf(effects.now(), runbook.timeZone),
  });
  for (const message of failed) effects.voice.annotate({ level: "error", title: "check-failed", message });
  const file = decisionsFile(effects.folder);
  await writeFile(file, JSON.stringify({ decisions, failed }, undefined, 2));
  const open = decisions.filter(({ decision }) => decision !== "accept");
  await effects.voice.summarise(renderOpenDecisions(open));
  return { file, open: String(open.length) };
}
