/** A kind of warehouse that a workflow is compiled for. */
export type WorkflowKind = "duckdb" | "bigquery";

/** What a compiled workflow of a runbook is called; one for each kind of warehouse, since permissions take no expressions. */
export function workflowName(runbook: string, kind: WorkflowKind): string {
  return `Backfill ${stemOf(runbook, kind)}`;
}

/** File name of the compiled workflow: `backfill-web-events.yml`. */
export function workflowFile(runbook: string, kind: WorkflowKind): string {
  return `backfill-${stemOf(runbook, kind)}.yml`;
}

function stemOf(runbook: string, kind: WorkflowKind): string {
  return kind === "bigquery" ? `${runbook}-bigquery` : runbook;
}
