import { createHash } from "node:crypto";
import { globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Dictionary, Scope, Status } from "./expression.ts";
import type { JobSeat, LegIdentity, RunnerEffects, RunnerMoment } from "./run-request.ts";
import type { StepResult } from "./run-result.ts";
import type { JobLog } from "./step-log.ts";
import type { Job, Permissions, Workflow } from "./workflow.ts";

/** One job while it runs on its machine: what its steps share. */
export type JobSession = {
  readonly workflow: Workflow;
  readonly job: Job;
  readonly identity: LegIdentity;
  readonly permissions: Permissions;
  readonly effects: RunnerEffects;
  readonly seat: JobSeat;
  /** Folder of the commit that the run is for. */
  readonly checkout: string;
  readonly workspace: string;
  readonly temp: string;
  /** github, needs, strategy, matrix, vars, secrets, inputs and runner. */
  readonly contexts: Dictionary;
  readonly log: JobLog;
  /** The `env` context: workflow, job, and what steps add through `GITHUB_ENV`. */
  readonly environment: Record<string, string>;
  readonly path: string[];
  readonly steps: Record<string, StepResult>;
  readonly summaries: string[];
  readonly posts: PostStep[];
  readonly notify: (moment: RunnerMoment) => void;
  /** Aborted when the job is cancelled or times out: the running step ends, later ones see `cancelled()`. */
  readonly cancellation: AbortController;
  /** Aborted when the machine is gone. */
  readonly loss: AbortController;
  state: "success" | "failure" | "cancelled";
};

/** What an action left to do when the job ends. */
export type PostStep = {
  readonly name: string;
  readonly condition: string;
  readonly run: () => Promise<"success" | "failure" | "cancelled">;
};

/** What expressions of a step see. */
export function stepScope(session: JobSession, extra: Readonly<Record<string, string>> = {}): Scope {
  return {
    contexts: {
      ...session.contexts,
      env: { ...session.environment, ...extra },
      steps: Object.fromEntries(
        Object.entries(session.steps).map(([id, { outputs, outcome, conclusion }]) => [
          id,
          { outputs, outcome, conclusion },
        ]),
      ),
      job: { status: session.state },
    },
    status: statusOf(session),
    hashFiles: (patterns) => hashFiles(session.workspace, patterns),
  };
}

function statusOf({ state }: JobSession): Status {
  return { success: state === "success", failure: state === "failure", cancelled: state === "cancelled" };
}

function hashFiles(folder: string, patterns: readonly string[]): string {
  const paths = globSync([...patterns], { cwd: folder, exclude: ["node_modules/**"] })
    .filter((path) => statSync(join(folder, path)).isFile())
    .toSorted();
  if (paths.length === 0) return "";
  const hash = createHash("sha256");
  for (const path of paths)
    hash.update(
      createHash("sha256")
        .update(readFileSync(join(folder, path)))
        .digest(),
    );
  return hash.digest("hex");
}
