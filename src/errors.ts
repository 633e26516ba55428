/**
 * Every way an operator can be stopped, by stable code. The exit code follows from the code's class:
 * 1 findings · 2 usage or runbook error · 3 the answer could not be had.
 */
export type FaultCode =
  /** The command line does not parse: unknown command, option or value. */
  | "usage"
  /** A name (processor, phase, period, gate) that the runbook does not declare. */
  | "unknown-name"
  /** A date that does not exist, or a range that ends before it starts. */
  | "invalid-date"
  /** A well-formed date on which the runbook's calendar has nothing. */
  | "date-outside-calendar"
  /** The runbook's YAML or SQL breaks the format; the message lists every problem. */
  | "runbook-invalid"
  /** Something is where a new runbook would be written. */
  | "runbook-exists"
  /** Nothing was found of which a runbook could be made: no table, no row, no date. */
  | "nothing-to-build"
  /** The organisation's rules, policy.yml, break their format. */
  | "policy-invalid"
  /** The policy linter found contradictions and the command refuses to run on them. */
  | "policy-findings"
  /** The plan's digest is not the one that was approved. */
  | "digest-mismatch"
  /** A table has other columns or types than the runbook declares. */
  | "schema-drift"
  /** A table that others own does not exist. */
  | "missing-table"
  /** The ledger that a runbook names is another runbook's. */
  | "ledger-taken"
  /** A table of the runbook is kept with another ledger. */
  | "table-taken"
  /** The calendar's statement gives a date twice, in two seasons, or none, more than 100,000 dates, or reads more than it declares. */
  | "calendar-invalid"
  /** A sample would replace rows of a source that no sample has made. */
  | "rows-of-others"
  /** A file to load is absent, unreadable or lacks a column. */
  | "load-failed"
  /** A waiver that cannot be written: unknown scope, date in the past, rate out of range. */
  | "waiver-invalid"
  /** Too few settled dates to propose bounds from. */
  | "too-little-history"
  /** No warehouse at the given address, or a kind that is not supported. */
  | "warehouse-missing"
  /** Another process holds the warehouse. */
  | "warehouse-locked"
  /** The warehouse cannot be opened or written: not a database, read-only, disk full. */
  | "warehouse-unusable"
  /** A statement failed in the warehouse. */
  | "statement-failed"
  /** Another run writes the same processor and period. */
  /** The process stood still until another run took its lease; it committed nothing. */
  | "lease-lost"
  /** What was written is not what was staged; the change was rolled back. */
  | "write-mismatch"
  /** A command step failed, exceeded its time, or returned rows that do not fit. */
  | "command-failed"
  /** The program of a command step does not exist, or may not be executed. */
  | "command-missing"
  /** The operator interrupted the command. */
  | "interrupted"
  /** A runbook that does not fit into one GitHub workflow: a limit, or a reserved name. */
  | "workflow-limit"
  /** A runbook whose workflow would have nothing to fill the raw tables with. */
  | "workflow-without-rows"
  /** The committed workflow is not the one that the runbook compiles to. */
  | "workflow-stale"
  /** An input of an action that does not parse. */
  | "input-invalid"
  /** The commit is not the one that somebody approved. */
  | "commit-changed"
  /** The runbook is not the one that the run was planned with. */
  | "plan-stale"
  /** A plan with more jobs than a run may have. */
  | "too-many-jobs"
  /** A person holds the runbook; nothing runs until it is released. */
  | "on-hold"
  /** An artifact of the run is absent, or not what was uploaded. */
  | "artifact-lost"
  /** A run on GitHub of which re-running jobs would mend nothing. */
  | "nothing-to-retry"
  /** A run of which nothing can be brought back, or not all that was asked for. */
  | "nothing-to-revert"
  /** No token for GitHub is at hand. */
  | "token-missing"
  /** The repository on GitHub has no compiled workflow of the runbook. */
  | "workflow-missing"
  /** GitHub did not give an answer. */
  | "github-failed";

const exitCodes: Record<FaultCode, number> = {
  usage: 2,
  "unknown-name": 2,
  "invalid-date": 2,
  "date-outside-calendar": 2,
  "runbook-invalid": 2,
  "runbook-exists": 2,
  "nothing-to-build": 2,
  "policy-invalid": 2,
  "policy-findings": 1,
  "digest-mismatch": 1,
  "schema-drift": 2,
  "missing-table": 3,
  "ledger-taken": 2,
  "table-taken": 2,
  "calendar-invalid": 2,
  "rows-of-others": 2,
  "load-failed": 2,
  "waiver-invalid": 2,
  "too-little-history": 2,
  "warehouse-missing": 3,
  "warehouse-locked": 3,
  "warehouse-unusable": 3,
  "statement-failed": 3,
  "lease-lost": 3,
  "write-mismatch": 3,
  "command-failed": 3,
  "command-missing": 3,
  interrupted: 130,
  "workflow-limit": 2,
  "workflow-without-rows": 2,
  "workflow-stale": 1,
  "input-invalid": 2,
  "commit-changed": 1,
  "plan-stale": 1,
  "too-many-jobs": 2,
  "on-hold": 1,
  "artifact-lost": 3,
  "nothing-to-retry": 1,
  "nothing-to-revert": 1,
  "token-missing": 2,
  "workflow-missing": 2,
  "github-failed": 3,
};

/** One of several problems that a fault tells of, and where in which file of the repository it is. */
export type PlacedProblem = {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
};

/** What a fault says besides its message; places are given here, and read from no text. */
type FaultOptions = { hint: string; cause?: unknown; problems?: readonly PlacedProblem[] };

/** A problem that the operator can act on: what happened (`message`), and the one thing to do (`hint`). */
export class Fault extends Error {
  readonly code: FaultCode;
  readonly hint: string;
  /** What the lines of the message tell, each with its place; empty where no file is to blame. */
  readonly problems: readonly PlacedProblem[];

  constructor(code: FaultCode, message: string, options: FaultOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "Fault";
    this.code = code;
    this.hint = options.hint;
    this.problems = options.problems ?? [];
  }

  /** The process exit code of this fault, see `docs/errors.md`. */
  get exitCode(): number {
    return exitCodes[this.code];
  }
}

/** A fault that may be gone when the same is done again a little later. */
export class PassingFault extends Fault {}

/** Ends a switch over a union: a new member fails to compile here. */
export function unreachable(value: never): never {
  throw new Error(`Unhandled case: ${JSON.stringify(value)}`);
}
