import { allEngines } from "../../engines/engine-table.ts";
import { z } from "zod";
import type { EngineName } from "../../domain/engine-name.ts";
import { Fault } from "../../errors.ts";
import { workflowFile } from "../workflow/workflow-name.ts";

const eventSchema = z.object({
  action: z.string(),
  workflow_run: z.object({
    id: z.int().positive(),
    run_attempt: z.int().positive(),
    event: z.string(),
    path: z.string(),
    head_branch: z.string().nullish(),
    head_sha: z.string(),
    head_repository: z.object({ full_name: z.string() }).nullish(),
    conclusion: z.string().nullish(),
    html_url: z.string(),
  }),
  repository: z.object({ full_name: z.string(), default_branch: z.string() }),
});

/** A finished run as the event brings it. */
export type WorkflowRunEvent = z.infer<typeof eventSchema>;

/** The backfill that a run was of. */
export type FinishedBackfill = { readonly runbook: string; readonly kind: EngineName };

/** Reads the payload of a `workflow_run` event. Fault: input-invalid for another one. */
export function parseRunEvent(payload: unknown): WorkflowRunEvent {
  const parsed = eventSchema.safeParse(payload);
  if (parsed.success) return parsed.data;
  throw new Fault("input-invalid", "Cannot recover: the run was not started by the end of another", {
    hint: "Start this step from a workflow on `workflow_run`",
  });
}

/**
 * The backfill that a red run was of: dispatched on the default branch of this repository, by the path of its workflow,
 * since its name is whatever a file says. Undefined for every other run, and for one that ended green or was cancelled.
 */
export function finishedBackfill(
  event: WorkflowRunEvent,
  runbooks: readonly string[],
): FinishedBackfill | undefined {
  const { action, workflow_run: run, repository } = event;
  const [path, ref = branchRef(repository.default_branch)] = run.path.split("@");
  const isOurs =
    action === "completed" &&
    run.event === "workflow_dispatch" &&
    run.conclusion === "failure" &&
    run.head_branch === repository.default_branch &&
    (ref === branchRef(repository.default_branch) || ref === repository.default_branch) &&
    run.head_repository?.full_name === repository.full_name;
  if (!isOurs) return undefined;
  return runbooks
    .flatMap((runbook) => allEngines.map(({ name }) => ({ runbook, kind: name })))
    .find(({ runbook, kind }) => path === `.github/workflows/${workflowFile(runbook, kind)}`);
}

function branchRef(branch: string): string {
  return `refs/heads/${branch}`;
}
