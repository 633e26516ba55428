import { renderTable, type TableColumn } from "../../report/markdown/table.ts";
import { markup, type Markdown } from "../../report/text/markdown-text.ts";
import type { Decision } from "../../triage/decision.ts";
import { mkdir, writeFile } from "node:fs/promises";
import { dayOf } from "../../domain/calendar-date.ts";
import { assessPartitions } from "../../operations/assess-partitions.ts";
import { readRunbook } from "../../run/read-runbook.ts";
import type { TriageInputs } from "../action-inputs.ts";
import type { JobEffects } from "../job-effects.ts";
import { selectionOfPlan } from "../plan-file.ts";
import { decisionsFile } from "../recovery/recovery-file.ts";
import { allResults } from "../state/bundles.ts";
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
  const declared = await readRunbook(inputs.runbook);
  await mkdir(effects.folder, { recursive: true });
  const run = await readPlannedRun(effects, declared);
  const request = { run, runbook: declared, warehouse: inputs.warehouse, wanted: allResults(run.file) };
  const assembled = await openAssembled(effects, request);
  await using warehouse = assembled.warehouse;
  const { runbook } = assembled;
  const { decisions, failed } = await assessPartitions(warehouse, {
    runbook,
    selection: selectionOfPlan(run.file),
    today: dayOf(effects.now(), runbook.timeZone),
  });
  for (const message of failed) effects.voice.annotate({ level: "error", title: "check-failed", message });
  const file = decisionsFile(effects.folder);
  await writeFile(file, JSON.stringify({ decisions, failed }, undefined, 2));
  const open = decisions.filter(({ decision }) => decision !== "accept");
  await effects.voice.summarise(renderOpenDecisions(open));
  return { file, open: String(open.length) };
}

const mostRows = 50;

const columns: readonly TableColumn[] = [
  { head: "processor" },
  { head: "date" },
  { head: "decision" },
  { head: "because", limit: 400 },
  { head: "next", isCode: true, limit: 2000 },
];

/** Decisions that ask for something, as Markdown for the page of a run; entities and reasons of tables stay text. */
export function renderOpenDecisions(open: readonly Decision[]): Markdown {
  if (open.length === 0) return markup`## What comes next\n\nNothing is to be done.`;
  const rows = open
    .slice(0, mostRows)
    .map(({ processor, date, decision, path, command }) => [
      processor,
      date,
      decision,
      path.join(" → "),
      command,
    ]);
  const table = renderTable(columns, rows);
  const more = open.length > mostRows ? markup`\n\n${open.length - mostRows} more in the report.` : markup``;
  return markup`## What comes next\n\n${table}${more}`;
}
