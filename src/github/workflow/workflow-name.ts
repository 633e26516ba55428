import type { EngineName } from "../../domain/engine-name.ts";
import { engines } from "../../engines/engine-table.ts";

/** What a compiled workflow of a runbook is called; one for each kind of warehouse, since permissions take no expressions. */
export function workflowName(runbook: string, kind: EngineName): string {
  return `Backfill ${stemOf(runbook, kind)}`;
}

/** File name of the compiled workflow: `backfill-web-events.yml`. */
export function workflowFile(runbook: string, kind: EngineName): string {
  return `backfill-${stemOf(runbook, kind)}.yml`;
}

/** Whether a workflow's file is called as compiled ones are. */
export function isBackfill(file: string): boolean {
  return /^backfill-.+\.yml$/.test(file);
}

function stemOf(runbook: string, kind: EngineName): string {
  return `${runbook}${engines[kind].jobs.suffix}`;
}
