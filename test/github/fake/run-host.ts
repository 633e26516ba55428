import type { RecordedRun } from "./recorded-run.ts";

/** What the API asks of whoever runs workflows. */
export type RunHost = {
  /** The workflows of the default branch, by path. */
  readonly workflows: () => Promise<readonly HostedWorkflow[]>;
  /** Starts a run; the message of a refusal otherwise. */
  readonly dispatch: (dispatch: Dispatch) => Promise<RecordedRun | { readonly refusal: string }>;
  readonly rerun: (run: RecordedRun, kind: "failed" | "all", actor: string) => { readonly refusal?: string };
  readonly cancel: (run: RecordedRun) => void;
};

/** A workflow file of the default branch. */
export type HostedWorkflow = { readonly id: number; readonly path: string; readonly name: string };

/** A request to start a workflow on a branch or tag. */
export type Dispatch = {
  readonly workflow: HostedWorkflow;
  readonly ref: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly actor: string;
};
