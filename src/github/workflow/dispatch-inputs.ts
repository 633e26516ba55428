/** An input of `workflow_dispatch` as the workflow file declares it. */
export type DispatchInput = {
  readonly description: string;
  readonly type: "string" | "boolean" | "choice" | "number";
  readonly default: string | boolean | number;
  readonly options?: readonly string[];
};

/** What a person, or a command on their behalf, may say when they start a backfill; none is required. */
export const dispatchInputs = {
  "start-date": {
    description: "First date as YYYY-MM-DD; empty: the first date with a maximum failure rate",
    type: "string",
    default: "",
  },
  "end-date": {
    description: "Last date as YYYY-MM-DD, included; empty: the last date with a maximum failure rate",
    type: "string",
    default: "",
  },
  dates: {
    description: "Single dates, separated by commas, in place of a range",
    type: "string",
    default: "",
  },
  processors: {
    description: "Processors, separated by commas; empty: all",
    type: "string",
    default: "",
  },
  phase: { description: "Phases, separated by commas; empty: all", type: "string", default: "" },
  "with-upstream": {
    description: "Add pending upstream outside of the selection",
    type: "boolean",
    default: false,
  },
  resume: { description: "Leave out what is up to date", type: "boolean", default: true },
  "allow-empty": {
    description: "Replace rows by none where the sources of a date hold nothing any more",
    type: "boolean",
    default: false,
  },
  cells: {
    description: "Jobs of a processor: as the runbook says, one a period, or as few as the work takes (auto)",
    type: "choice",
    default: "runbook",
    options: ["runbook", "period", "auto"],
  },
  "dry-run": { description: "Plan and show, run nothing", type: "boolean", default: false },
  "report-to": {
    description: "Where the report goes: new (an issue), #n (that issue or pull request), none",
    type: "string",
    default: "new",
  },
  from: {
    description:
      "Folder of the repository with the files of the raw tables; empty: the one that the load names, else the sample",
    type: "string",
    default: "",
  },
  state: {
    description: "Go on from the newest state of a run on the default branch, or start afresh",
    type: "choice",
    default: "latest",
    options: ["latest", "fresh"],
  },
  "expected-sha": {
    description: "Commit that was approved; another one is refused; empty: any",
    type: "string",
    default: "",
  },
  digest: {
    description: "Digest of the plan that was approved; another plan is refused; empty: any",
    type: "string",
    default: "",
  },
  "cell-minutes": {
    description: "Minutes after which the job of a cell is given up; empty: as the runbook says",
    type: "string",
    default: "",
  },
  "statement-minutes": {
    description: "Minutes after which BigQuery gives a statement of a cell up; empty: as the runbook says",
    type: "string",
    default: "",
  },
  reason: { description: "Why it is done, for those who read the report", type: "string", default: "" },
  "requested-by": {
    description: "Who asked, when a command dispatches on their behalf",
    type: "string",
    default: "",
  },
  round: { description: "Round of an automatic recovery; 0 for people", type: "number", default: 0 },
} as const satisfies Record<string, DispatchInput>;
