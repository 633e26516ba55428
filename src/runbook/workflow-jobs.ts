/** One step of a job before it runs commands: lines for bash, or an action at a commit. */
export type SetUpStep =
  | { readonly kind: "run"; readonly run: string }
  | {
      readonly kind: "uses";
      readonly uses: string;
      /** The release that the commit is, where somebody wrote it. */
      readonly version: string | undefined;
      readonly with: Readonly<Record<string, string | number | boolean>>;
    };

/** What the jobs of a workflow are like; what is absent is as usual. */
export type WorkflowJobs = {
  readonly runner?: string | readonly string[];
  /** Environment whose reviewers approve a plan. */
  readonly approval?: string;
  /** Minutes: `job` of all but cells. */
  readonly timeouts: { readonly job?: number; readonly cell?: number };
  /** Whether gates of a barrier share a job. */
  readonly gates: "together" | "apart";
  /** How the dates of a processor are cut into jobs. */
  readonly cells: "period" | "auto";
  /** What comes before commands. */
  readonly steps: readonly SetUpStep[];
};
