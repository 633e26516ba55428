import { Document, isScalar, visit } from "yaml";
import { runbookWord, shellWord } from "../domain/printed-command.ts";
import { engines } from "../engines/engine-table.ts";
import { Fault } from "../errors.ts";
import type { Runbook } from "../runbook/runbook.ts";
import { plainFolder } from "./state/names.ts";
import { checkLimits } from "./workflow/check-limits.ts";
import { compileJobs } from "./workflow/compile-jobs.ts";
import { dispatchInputs } from "./workflow/dispatch-inputs.ts";
import { expression, type WorkflowOptions } from "./workflow/job.ts";
import { versionOf } from "./workflow/pinned-actions.ts";
import { workflowFile, workflowName } from "./workflow/workflow-name.ts";

/** A workflow file: its path in the repository, its text, and what the workflow is called. */
export type CompiledWorkflow = { readonly path: string; readonly text: string; readonly name: string };

/**
 * Compiles a runbook to the workflow that runs it: one job per processor and per barrier of gates, a matrix of cells
 * inside each. Faults: workflow-limit, naming what to change; workflow-without-rows.
 */
export function compileWorkflow(runbook: Runbook, options: WorkflowOptions): CompiledWorkflow {
  requireRows(runbook, options);
  requireFolder(runbook);
  const approval = options.approval ?? runbook.jobs?.approval;
  const jobs = compileJobs({
    runbook,
    options: { ...options, ...(approval === undefined ? {} : { approval }) },
  });
  const name = workflowName(runbook.name, options.warehouse);
  const document = new Document(
    {
      name,
      "run-name": `${name} ${rangeExpression()}`,
      on: { workflow_dispatch: { inputs: dispatchInputs } },
      permissions: {},
      concurrency: {
        group: `cascade-${runbook.name}-${options.warehouse}`,
        queue: "max",
        "cancel-in-progress": false,
      },
      jobs,
    },
    { aliasDuplicateObjects: false },
  );
  document.commentBefore = ` Compiled by \`cascade workflow ${commandOf(runbook, options)}\`; change the runbook, not this file.`;
  noteVersions(document, versionsOf(runbook));
  const text = document.toString({ lineWidth: 0 });
  checkLimits(runbook, { jobs, text });
  return { path: `.github/workflows/${workflowFile(runbook.name, options.warehouse)}`, text, name };
}

/** Where every job makes a file of its own, nothing but files of the repository or the sample brings the first rows. */
function requireRows({ name, sources, sample, load }: Runbook, { warehouse }: WorkflowOptions): void {
  const isFilled = sample !== undefined || load?.from !== undefined || sources.length === 0;
  if (isFilled || engines[warehouse].jobs.tables === "in-place") return;
  throw new Fault(
    "workflow-without-rows",
    `Cannot compile "${name}" to a workflow: expected a sample or a load with \`from\`, found neither`,
    {
      hint: "Say where its rows come from: `load: { from: <folder of the repository> }`, a `sample`, or `--warehouse bigquery`",
    },
  );
}

/** In a workflow a folder may be an expression, and jobs take none but plain ones. */
function requireFolder({ name, folder }: Runbook): void {
  if (plainFolder.safeParse(folder).success) return;
  throw new Fault(
    "workflow-limit",
    `Cannot compile "${name}" to a workflow: its folder is called "${folder}"`,
    {
      hint: "Name the folder with letters, digits, dots, _ and - only",
    },
  );
}

function rangeExpression(): string {
  return expression(
    "inputs.dates || format('{0} to {1}', inputs.start-date || 'first', inputs.end-date || 'last')",
  );
}

function commandOf({ name, folder }: Runbook, { warehouse, chunkDays, approval }: WorkflowOptions): string {
  const parts = [
    runbookWord({ name, folder }),
    `--warehouse ${warehouse}`,
    ...(chunkDays === undefined ? [] : [`--chunk-days ${chunkDays}`]),
    ...(approval === undefined ? [] : [`--approval ${shellWord(approval)}`]),
  ];
  return parts.join(" ");
}

/** The releases that the runbook tells of its own actions. */
function versionsOf({ jobs }: Runbook): ReadonlyMap<string, string | undefined> {
  return new Map(
    (jobs?.steps ?? []).flatMap((step) => (step.kind === "uses" ? [[step.uses, step.version] as const] : [])),
  );
}

/** The release of every pinned action stands behind its commit. */
function noteVersions(document: Document, known: ReadonlyMap<string, string | undefined>): void {
  visit(document, {
    Pair(_, { key, value }) {
      if (!isScalar(key) || key.value !== "uses" || !isScalar(value)) return;
      const uses = String(value.value);
      const version = versionOf(uses) ?? known.get(uses);
      if (version !== undefined) value.comment = ` ${version}`;
    },
  });
}
