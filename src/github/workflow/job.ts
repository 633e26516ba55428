import type { EngineName } from "../../domain/engine-name.ts";
import type { Runbook } from "../../runbook/runbook.ts";

/** What a workflow is compiled for. */
export type WorkflowOptions = {
  readonly warehouse: EngineName;
  /** Folder of the actions in a checkout after the install step; undefined: that of Cascade's own repository. */
  readonly actions?: string;
  /** Most calendar dates a cell; undefined: one cell per processor and period. */
  readonly chunkDays?: number;
  /** Environment whose reviewers approve the plan before the first cell. */
  readonly approval?: string;
};

/** What every job is compiled from. */
export type JobScope = { readonly runbook: Runbook; readonly options: WorkflowOptions };

type Access = "read" | "write";

/** One step of a job. */
export type JobStep = {
  readonly name?: string;
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string | number | boolean>>;
  readonly env?: Readonly<Record<string, string>>;
};

/** One job of a workflow, in the words of the workflow file. */
export type Job = {
  readonly name: string;
  readonly needs?: readonly string[];
  readonly if?: string;
  readonly "runs-on": string | readonly string[];
  readonly "timeout-minutes": number | string;
  readonly environment?: string;
  readonly permissions: Readonly<Record<string, Access>>;
  readonly strategy?: {
    readonly "fail-fast": false;
    readonly "max-parallel"?: number;
    readonly matrix: Readonly<Record<string, string>>;
  };
  readonly outputs?: Readonly<Record<string, string>>;
  readonly steps: readonly JobStep[];
};

/** The image that every job runs on. */
const runnerImage = "ubuntu-24.04";

/** What every job of a runbook's workflow runs on. */
export function runnerOf({ runbook: { jobs } }: JobScope): string | readonly string[] {
  return jobs?.runner ?? runnerImage;
}

/** Minutes after which a job of a runbook's workflow is given up. */
export function timeoutOf(
  { runbook: { jobs } }: JobScope,
  kind: "plan" | "cell" | "gate" | "report",
): number {
  return jobs?.timeouts[kind === "cell" ? "cell" : "job"] ?? timeouts[kind];
}

/** Where Cascade's own repository has its actions. */
export const ownActions = "./actions";

/** How a step names an action of ours. */
export function ownAction(
  { options: { actions = ownActions } }: Pick<JobScope, "options">,
  name: string,
): string {
  return `${actions}/${name}`;
}

/** An expression of the workflow language. */
export function expression(text: string): string {
  return `\${{ ${text} }}`;
}

/** Minutes after which a job is given up. */
export const timeouts = { plan: 20, approve: 5, cell: 60, gate: 30, report: 20 } as const;
