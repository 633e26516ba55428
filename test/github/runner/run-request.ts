import type { Dictionary } from "./expression.ts";
import type { LegResult, RunResult } from "./run-result.ts";
import type { StandIn } from "./stand-ins.ts";
import type { Permissions } from "./workflow.ts";

/** What started a run: the event with its payload, on which commit, by whom. */
export type RunEvent = {
  readonly name: string;
  readonly payload: Dictionary;
  readonly actor: string;
  readonly triggeringActor?: string;
  readonly ref: string;
  readonly sha: string;
  /** Raw values of `workflow_dispatch` inputs, as the API takes them. */
  readonly inputs?: Readonly<Record<string, string>>;
};

/** One attempt of a run to carry out; `previous` and `rerun` make it a re-run. */
export type RunRequest = {
  /** The folder whose files the run sees. */
  readonly checkout: string;
  /** Path of the workflow file in the checkout. */
  readonly workflow: string;
  readonly event: RunEvent;
  readonly repository?: string;
  readonly defaultBranch?: string;
  readonly runId?: number;
  readonly runNumber?: number;
  readonly attempt?: number;
  readonly variables?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly previous?: RunResult;
  readonly rerun?: "failed" | "all";
};

/** A job that is about to start, for whoever hands out its token. */
export type StartingJob = LegIdentity & { readonly permissions: Permissions };

/** What GitHub gives a started job: its token, and variables that only actions see. */
export type JobSeat = {
  readonly token: string;
  readonly actionEnvironment: Readonly<Record<string, string>>;
};

/** A job of a run: its place in the file, the key of its matrix leg, its name in the graph. */
export type LegIdentity = {
  readonly jobId: string;
  readonly key: string;
  readonly name: string;
  readonly attempt: number;
};

/** A moment of a run, for tests that act at a point. */
export type RunnerMoment =
  | { readonly kind: "job-queued" | "job-started"; readonly job: LegIdentity }
  | { readonly kind: "step-started"; readonly job: LegIdentity; readonly step: string }
  | { readonly kind: "job-completed"; readonly job: LegIdentity; readonly result: LegResult };

/** What a test may do to a run at a moment. */
export type RunControl = {
  /** Cancels the run as a person does. */
  readonly cancel: () => void;
  /** Ends the machine of a started job: nothing of it runs any more, not even `always()`. */
  readonly loseMachine: (jobName: string) => void;
};

/** The world around the runner; everything has a default that needs no GitHub. */
export type RunnerEffects = {
  readonly apiUrl?: string;
  readonly openSeat?: (job: StartingJob) => JobSeat;
  readonly watch?: (moment: RunnerMoment, control: RunControl) => void;
  /** Stand-ins for third-party actions by `owner/name`, besides the built-in ones. */
  readonly standIns?: Readonly<Record<string, StandIn>>;
  /** Bash scripts that stand in for programs on the PATH, besides `npm ci`. */
  readonly programs?: Readonly<Record<string, string>>;
  /** The folder that a commit or branch is checked out to, for `actions/checkout` with a `ref`. */
  readonly folderOf?: (ref: string) => string | undefined;
  /** What `npm ci` links into the workspace. */
  readonly nodeModules?: string;
  /** Jobs at the same time, 4 unless told. */
  readonly concurrentJobs?: number;
  /** How long a minute of `timeout-minutes` lasts, 60,000 unless told. */
  readonly minuteMs?: number;
  /** Between the signals to a cancelled step, 1,000 unless told. */
  readonly graceMs?: number;
};
