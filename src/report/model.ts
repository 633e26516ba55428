import type { Accounts } from "../domain/accounts.ts";
import type { ProcessorChange } from "../domain/change.ts";
import type { Locks } from "../domain/locks.ts";
import type { SourceOrigin } from "../domain/source-origin.ts";
import type { RateVerdict } from "../domain/rate-verdict.ts";
import type { CheckStatus } from "../domain/verdict.ts";
import type { GateTally } from "../gates/gate-description.ts";
import type { PhaseMonth } from "./phase-month.ts";
import type { GateKind } from "../runbook/runbook.ts";
import type { Waiver } from "../runbook/waiver.ts";
import type { ReportWarning } from "./warning.ts";

/** Version of the report's form. A reader refuses another one rather than guess. */
export const reportSchema = 1;

/**
 * Everything a report says, as JSON holds it: every renderer is a function of this value and nothing else. Dates are
 * `YYYY-MM-DD`, instants ISO 8601 in UTC, rates from 0 to 1; a field that is absent is not known.
 */
export type ReportModel = {
  readonly schema: typeof reportSchema;
  readonly runbook: ReportRunbook;
  readonly range: { readonly from: string; readonly to: string };
  /** Calendar dates of the range, ascending; per-date arrays below have one entry for each. */
  readonly dates: readonly string[];
  readonly periods: readonly ReportPeriod[];
  readonly phases: readonly { readonly number: number; readonly title: string }[];
  /** In dependency order. */
  readonly processors: readonly ReportProcessor[];
  readonly categories: readonly ReportCategory[];
  readonly checks: readonly ReportCheck[];
  /** What the checks found, as far as it lies in tables; see `partitions` and `results` for the rest. */
  readonly findings: readonly ReportFinding[];
  /** How far each phase is filled, by month; absent in reports of earlier versions. */
  readonly months?: readonly PhaseMonth[] | undefined;
  /** One per processor and period, in the order of processors, then periods. */
  readonly results: readonly PeriodResult[];
  readonly partitions: readonly PartitionSeries[];
  readonly tally: Tally;
  /** What most probably caused everything that is wrong; absent where nothing is, or only rates are. */
  readonly rootCause?: RootCause | undefined;
  readonly warnings: readonly ReportWarning[];
  /** Who held the runbook when the report was made, and which cells were being written; absent where neither. */
  readonly locks?: Locks | undefined;
  readonly checklist: readonly ChecklistItem[];
  /** By how much each unblocks, the most first. */
  readonly commands: readonly NextCommand[];
  readonly changes: Changes;
  /** What the reported run changed of rows that stood, of processors with a budget of changes; absent where it changed none. */
  readonly changed?: readonly ProcessorChange[] | undefined;
  readonly tainted: readonly TaintedPartition[];
  readonly examples: readonly FailureExample[];
  readonly decisions: readonly ReportDecision[];
  readonly waivers: readonly ReportWaiver[];
  readonly retries: readonly RetriedPartition[];
  /** Ascending by start. */
  readonly attempts: readonly ReportAttempt[];
  /** Absent where nothing is billed. */
  readonly cost?: ReportCost | undefined;
  /** Where the rows of the sources came from; absent where nobody recorded it. */
  readonly origins?: readonly SourceOrigin[] | undefined;
  readonly footer: Footer;
};

/** The runbook as its readers know it. */
type ReportRunbook = {
  readonly name: string;
  readonly title: string;
  readonly owner: string;
  readonly timeZone: string;
  /** Its folder, seen from where the report was made. */
  readonly folder?: string;
};

/** `from` and `to` are the dates of the period, also outside the range; `dates` counts those of the report. */
export type ReportPeriod = {
  readonly id: string;
  readonly title: string;
  readonly from: string;
  readonly to: string;
  readonly dates: number;
};

/** `reads`: ids of the processors that it reads, itself left out. */
export type ReportProcessor = {
  readonly id: string;
  readonly title: string;
  readonly phase: number;
  readonly table: string;
  readonly reads: readonly string[];
};

/** A failure category of the runbook, and what it asks for. */
type ReportCategory = {
  readonly id: string;
  readonly meaning: string;
  readonly retryable: boolean;
  readonly action: string;
};

/** Whether one kind of gate was asked and what it said; what was not asked is never passed. */
export type ReportCheck = {
  readonly kind: GateKind;
  readonly state: CheckStatus;
  readonly detail: string;
};

/** Something that a gate found in one table; `dates` are empty where it is about all of them. */
export type ReportFinding = {
  readonly check: GateKind;
  readonly subject: string;
  readonly status: string;
  readonly dates: readonly string[];
  readonly detail: string;
};

/** Verdicts of the budget gate, and what stands where it gave none. */
export type ResultVerdict = RateVerdict | "check-failed" | "not-checked";

/** One processor over the dates of one period. */
export type PeriodResult = Accounts & {
  readonly processor: string;
  readonly period: string;
  readonly dates: number;
  readonly verdict: ResultVerdict;
  /** explained / expected over the whole period; absent when nothing is expected or nothing was counted. */
  readonly rate?: number | undefined;
  readonly expectedRate?: { readonly from: number; readonly to: number } | undefined;
  readonly maximum?: number | undefined;
  /** Rows that the runbook expects of the whole period, where it says so and nothing of it is left out. */
  readonly expectedRows?: number | undefined;
  /** Dates of the period that the report leaves out, if any: then nothing is judged. */
  readonly leftOut?: number | undefined;
  /** What the runbook says to do, or why there is no verdict. */
  readonly note: string;
  /** Dates that contamination reaches, if any. */
  readonly tainted?: number | undefined;
  /** Explained rows by failure category. */
  readonly categories: Readonly<Record<string, number>>;
};

/** All partitions of one processor: a letter and counts per date; categories as (index of the date, count) pairs. */
export type PartitionSeries = {
  readonly processor: string;
  readonly statuses: string;
  readonly expected: readonly number[];
  readonly present: readonly number[];
  readonly explained: readonly number[];
  readonly waived: readonly number[];
  readonly untracked: readonly number[];
  /** Said where no population says what is expected. */
  readonly isUncounted?: true;
  readonly categories: Readonly<Record<string, readonly (readonly [number, number])[]>>;
};

/** A root cause: where, on which dates, and what was found there; `waiting` partitions downstream need it repaired. */
export type RootCause = {
  /** A processor by id, or a source by its table. */
  readonly place: string;
  /** Ascending; empty where it is about the whole table. */
  readonly dates: readonly string[];
  readonly found: string;
  readonly waiting: number;
  /** How many causes there are that do not follow from this one; absent where there is none. */
  readonly others?: number | undefined;
};

/** What the verdict follows from. */
export type Tally = Accounts &
  GateTally & {
    readonly partitions: number;
    /** Partitions by status; statuses that do not occur are absent. */
    readonly statuses: Readonly<Record<string, number>>;
    readonly datesOverBudget: number;
    /** Units that the run planned, and those of them with a result; absent when no plan is known. */
    readonly planned?: number | undefined;
    readonly recorded?: number | undefined;
  };

/** A box of the plan's checklist, ticked only by a result; `unknown` is open. */
export type ChecklistItem = {
  readonly group: "After each processor" | "Final validation";
  readonly text: string;
  readonly state: "done" | "open" | "unknown";
  readonly evidence: string;
};

/** What a person types next, why, and how many partitions it moves. */
export type NextCommand = { readonly command: string; readonly why: string; readonly partitions: number };

/** Bad partitions since the report before; `none` when there is none before. */
export type Changes =
  | { readonly kind: "first" }
  | {
      readonly kind: "since";
      readonly runId: string;
      readonly fixed: readonly PartitionName[];
      readonly newlyBad: readonly PartitionName[];
      readonly unchanged: number;
      readonly verdicts: readonly {
        readonly processor: string;
        readonly period: string;
        readonly before: string;
        readonly now: string;
      }[];
    };

/** One (processor, date). */
export type PartitionName = { readonly processor: string; readonly date: string };

/** `upstream` is what the cause points to, as far as it names something, and `since` the first date of it. */
export type TaintedPartition = PartitionName & {
  readonly because: string;
  readonly upstream?: string | undefined;
  readonly since?: string | undefined;
};

/** Some of the entities behind one category on one date; `count` says how many there are. */
export type FailureExample = PartitionName & {
  readonly category: string;
  readonly count: number;
  readonly entities: readonly { readonly entity: string; readonly reason: string }[];
};

/** What triage decided about one partition and category, by which facts. */
export type ReportDecision = PartitionName & {
  readonly decision: "accept" | "rerun" | "backfill-upstream-first" | "investigate";
  readonly rule: string;
  readonly path: readonly string[];
  readonly command: string;
};

/** A finding that somebody accepted, and whether that still counts. */
export type ReportWaiver = {
  readonly id: string;
  readonly kind: Waiver["kind"];
  readonly processor: string;
  readonly extent: string;
  readonly reason: string;
  readonly approver: string;
  readonly expires: string;
  readonly status: "in-force" | "lapsed" | "not-applicable";
  /** Why it is not in force. */
  readonly why: string;
};

/** A partition that was attempted more than once, with the error of its newest failed attempt. */
export type RetriedPartition = PartitionName & {
  readonly attempts: number;
  readonly lastStatus: string;
  readonly lastError: string;
};

/** One attempt at the dates of one cell. */
export type ReportAttempt = {
  readonly id: string;
  readonly runId: string;
  readonly processor: string;
  readonly from: string;
  readonly to: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly committed: number;
  readonly failed: number;
  readonly blocked: number;
  readonly rows: number;
  readonly failures: number;
  readonly bytes?: number | undefined;
  readonly jobUrl?: string | undefined;
  /** The first error of its dates; empty when there is none. */
  readonly error: string;
};

/** What all attempts at the dates of the report were billed, and by the price of which page that is so many US dollars. */
export type ReportCost = {
  readonly bytes: number;
  readonly dollars: number;
  readonly dollarsPerTebibyte: number;
  readonly source: string;
};

/** Where the report comes from, who asked for its run, and why. */
export type Footer = {
  readonly digest?: string | undefined;
  readonly commit?: string | undefined;
  readonly runId?: string | undefined;
  readonly runAttempt?: number | undefined;
  readonly warehouse?: string | undefined;
  readonly requestedBy?: string | undefined;
  readonly reason?: string | undefined;
  readonly links: readonly { readonly title: string; readonly url: string }[];
};
